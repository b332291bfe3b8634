import { MaxHeap, type Weighted } from './group-heap.js';
import type { TraceEntry } from './trace-entry.js';

/** The latest failed traces of each group that stay, and the slowest ones. */
const PROTECTED_FAILED = 5;
const PROTECTED_SLOWEST = 5;

/** How much the store may hold. */
export interface RetentionLimits {
  readonly maxBytes: number;
  readonly maxTraces: number;
}

/** What the retention remembers of a trace. */
interface Member {
  readonly entry: TraceEntry;
  readonly group: Group;
  byteCount: number;
  isFailed: boolean;
  isRunning: boolean;
  duration: number;
}

/** The traces of one kind of work: those of a service whose root spans have the same name. */
interface Group extends Weighted {
  readonly key: string;
  /** From the oldest to the newest. */
  readonly members: Set<Member>;
  /** What its members weigh; `weight` is less where all of them are protected. */
  total: number;
  /** The latest of them, from old to new. */
  readonly failed: Member[];
  /** The slowest of them, from slow to fast. */
  readonly slowest: Member[];
  starredCount: number;
  runningCount: number;
}

/**
 * Decides which trace the store drops when it is full: the oldest one of the group that takes the most. So a
 * health check that is called every second does not push out the one order of this morning.
 *
 * Starred and running traces, the last 5 failed and the 5 slowest ones of each group stay as long as there is
 * any other trace in any group.
 */
export class Retention {
  readonly #members = new Map<TraceEntry, Member>();
  readonly #groups = new Map<string, Group>();
  /** Groups with traces that are not protected weigh more than all groups without. */
  readonly #heap = new MaxHeap<Group>();
  /** What a trace weighs beside its bytes, so that both limits become one. */
  readonly #traceWeight: number;
  readonly #allProtected: number;
  #byteCount = 0;

  constructor({ maxBytes, maxTraces }: RetentionLimits) {
    this.#traceWeight = maxBytes / maxTraces;
    this.#allProtected = -Number.MAX_SAFE_INTEGER;
  }

  /** The memory of all traces. */
  get byteCount(): number {
    return this.#byteCount;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  /** Reads a trace after it has changed. Its group is that of its main span as of now. */
  update(entry: TraceEntry): void {
    const outline = entry.outline();
    const { mainRow } = outline;
    const key = `${entry.serviceOf(mainRow)}\n${entry.nameOf(mainRow)}`;
    let member = this.#members.get(entry);
    if (member?.group.key !== key) {
      if (member !== undefined) this.#leave(member);
      member = this.#join(entry, key);
    }
    const { group } = member;
    const { byteCount } = entry;
    this.#byteCount += byteCount - member.byteCount;
    group.total += byteCount - member.byteCount;
    member.byteCount = byteCount;
    const isRunning = entry.runningCount > 0;
    if (isRunning !== member.isRunning) group.runningCount += isRunning ? 1 : -1;
    member.isRunning = isRunning;
    this.#rank(member, outline.failedCount > 0, outline.end - outline.start);
    this.#weigh(group);
  }

  /** Marks a trace to stay, or takes the mark back. */
  star(entry: TraceEntry, isStarred: boolean): void {
    const member = this.#members.get(entry);
    if (member === undefined || entry.isStarred === isStarred) return;
    entry.isStarred = isStarred;
    member.group.starredCount += isStarred ? 1 : -1;
    this.#weigh(member.group);
  }

  /** The trace to drop next; undefined if there is no trace. */
  candidate(): TraceEntry | undefined {
    const group = this.#heap.heaviest;
    if (group === undefined) return undefined;
    let oldest: Member | undefined;
    for (const member of group.members) {
      oldest ??= member;
      if (!isProtected(member)) return member.entry;
    }
    return oldest?.entry;
  }

  /** The traces of the group of a trace, from the oldest to the newest. */
  groupOf(entry: TraceEntry): TraceEntry[] {
    return [...(this.#members.get(entry)?.group.members ?? [])].map((member) => member.entry);
  }

  remove(entry: TraceEntry): void {
    const member = this.#members.get(entry);
    if (member !== undefined) this.#leave(member);
  }

  clear(): void {
    this.#members.clear();
    this.#groups.clear();
    this.#heap.clear();
    this.#byteCount = 0;
  }

  #join(entry: TraceEntry, key: string): Member {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        key,
        members: new Set(),
        total: 0,
        failed: [],
        slowest: [],
        starredCount: 0,
        runningCount: 0,
        weight: 0,
        heapIndex: -1,
      };
      this.#groups.set(key, group);
    }
    const member: Member = {
      entry,
      group,
      byteCount: 0,
      isFailed: false,
      isRunning: false,
      duration: -1,
    };
    group.members.add(member);
    group.total += this.#traceWeight;
    if (entry.isStarred) group.starredCount++;
    this.#members.set(entry, member);
    return member;
  }

  #leave(member: Member): void {
    const { group, entry } = member;
    this.#members.delete(entry);
    group.members.delete(member);
    group.total -= member.byteCount + this.#traceWeight;
    this.#byteCount -= member.byteCount;
    removeFrom(group.failed, member);
    removeFrom(group.slowest, member);
    if (entry.isStarred) group.starredCount--;
    if (member.isRunning) group.runningCount--;
    if (group.members.size > 0) {
      this.#weigh(group);
      return;
    }
    this.#groups.delete(group.key);
    this.#heap.remove(group);
  }

  #rank(member: Member, isFailed: boolean, duration: number): void {
    const { failed, slowest } = member.group;
    if (isFailed !== member.isFailed) {
      member.isFailed = isFailed;
      if (!isFailed) removeFrom(failed, member);
      else if (failed.push(member) > PROTECTED_FAILED) failed.shift();
    }
    if (duration === member.duration) return;
    member.duration = duration;
    removeFrom(slowest, member);
    const faster = slowest.findIndex((other) => other.duration < duration);
    slowest.splice(faster === -1 ? slowest.length : faster, 0, member);
    if (slowest.length > PROTECTED_SLOWEST) slowest.pop();
  }

  #weigh(group: Group): void {
    const { failed, slowest, starredCount, runningCount, members, total } = group;
    // An upper bound is enough for most groups: counting takes time.
    const mostProtected = failed.length + slowest.length + starredCount + runningCount;
    const hasOther =
      mostProtected < members.size || [...members].some((each) => !isProtected(each));
    group.weight = hasOther ? total : this.#allProtected + total;
    this.#heap.update(group);
  }
}

function isProtected(member: Member): boolean {
  const { failed, slowest } = member.group;
  const { isStarred } = member.entry;
  return isStarred || member.isRunning || failed.includes(member) || slowest.includes(member);
}

function removeFrom(members: Member[], member: Member): void {
  const index = members.indexOf(member);
  if (index !== -1) members.splice(index, 1);
}
