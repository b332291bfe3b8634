import type { TraceState as ApiTraceState } from '@opentelemetry/api';
import {
  isTraceStateKey,
  isTraceStateValue,
  MAX_MEMBERS,
  parseMembers,
  TextForm,
  type TraceStateMember,
  textFormOf,
} from './trace-state-syntax.js';

/** Length that W3C requires to forward. A longer list is shortened by whole members. */
const MAX_LENGTH = 512;
/** Members longer than this are removed first. */
const LARGE_MEMBER_LENGTH = 128;

/**
 * The vendor data of a trace: an immutable list of at most 32 keys and values, the latest first.
 *
 * The received text is parsed when a value is read or changed, and is forwarded unchanged if nothing is
 * changed. An invalid text is treated as empty.
 * Spec: W3C Trace Context level 2, "tracestate Header"; OpenTelemetry, `trace/api.md#tracestate`.
 */
export class TraceState implements ApiTraceState {
  #text: string | undefined;
  #isChecked: boolean;
  #members: readonly TraceStateMember[] | undefined;

  private constructor(text: string | undefined, members: readonly TraceStateMember[] | undefined) {
    this.#text = text;
    this.#isChecked = false;
    this.#members = members;
  }

  /** @param header the value of `tracestate`; several headers are joined by commas */
  static parse(header: string): TraceState {
    return new TraceState(header, undefined);
  }

  get(key: string): string | undefined {
    return this.#list().find((member) => member.key === key)?.value;
  }

  /**
   * Returns a list with the member in first position. A full list loses its last member.
   *
   * @returns the same object for an invalid key or value
   */
  set(key: string, value: string): TraceState {
    if (!isTraceStateKey(key) || !isTraceStateValue(value)) return this;
    const others = this.#list().filter((member) => member.key !== key);
    return new TraceState(undefined, [{ key, value }, ...others.slice(0, MAX_MEMBERS - 1)]);
  }

  unset(key: string): TraceState {
    const members = this.#list();
    const others = members.filter((member) => member.key !== key);
    return others.length === members.length ? this : new TraceState(undefined, others);
  }

  /** Returns the value of the header, at most 512 characters; empty if there are no members. */
  serialize(): string {
    if (this.#text === undefined) {
      this.#text = join(this.#list());
      this.#isChecked = true;
    } else if (!this.#isChecked) {
      this.#text = this.#checked(this.#text);
      this.#isChecked = true;
    }
    return this.#text;
  }

  #checked(text: string): string {
    const form = textFormOf(text);
    if (form === TextForm.INVALID) return '';
    if (form === TextForm.CANONICAL && text.length <= MAX_LENGTH) return text;
    return join(this.#list());
  }

  #list(): readonly TraceStateMember[] {
    this.#members ??= parseMembers(this.#text ?? '') ?? [];
    return this.#members;
  }
}

function join(members: readonly TraceStateMember[]): string {
  let kept = members;
  let length = members.reduce((sum, member) => sum + lengthOf(member) + 1, -1);
  for (let i = members.length - 1; i >= 0 && length > MAX_LENGTH; i--) {
    const member = members[i] as TraceStateMember;
    if (lengthOf(member) <= LARGE_MEMBER_LENGTH) continue;
    kept = kept.filter((other) => other !== member);
    length -= lengthOf(member) + 1;
  }
  while (length > MAX_LENGTH) {
    length -= lengthOf(kept[kept.length - 1] as TraceStateMember) + 1;
    kept = kept.slice(0, -1);
  }
  return kept.map((member) => `${member.key}=${member.value}`).join(',');
}

function lengthOf(member: TraceStateMember): number {
  return member.key.length + 1 + member.value.length;
}
