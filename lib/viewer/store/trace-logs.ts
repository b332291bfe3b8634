import {
  type LogOrigin,
  type LogRecord,
  readLog,
  type SkimmedLog,
  traceIdOfLog,
} from '../otlp/read-log.js';

/** The objects of a record beside its bytes. */
const RECORD_BYTES = 400;

/** How many log records are kept. */
export interface LogLimits {
  readonly maxLogs: number;
  readonly maxBytes: number;
}

interface StoredLog extends SkimmedLog {
  readonly traceId: string;
}

/**
 * The latest log records, in the order of their arrival. A new record takes the place of the oldest one once
 * there are too many of them or they take too much memory.
 */
export class TraceLogs {
  readonly #limits: LogLimits;
  /** From `#first` on; the places before it are empty. */
  #logs: (StoredLog | undefined)[] = [];
  #first = 0;
  readonly #byTrace = new Map<string, StoredLog[]>();
  #byteCount = 0;
  #receivedCount = 0;

  constructor(limits: LogLimits) {
    this.#limits = limits;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  /** All records that ever came. */
  get receivedCount(): number {
    return this.#receivedCount;
  }

  /** The records that are there now. */
  get storedCount(): number {
    return this.#logs.length - this.#first;
  }

  /** Copies the record. @param origin shared by the records of a request, and copied by the caller */
  add(bytes: Buffer, origin: LogOrigin): void {
    const log: StoredLog = { bytes: Buffer.from(bytes), origin, traceId: traceIdOfLog(bytes) };
    this.#receivedCount++;
    this.#logs.push(log);
    this.#byteCount += bytesOf(log);
    if (log.traceId !== '') {
      const sameTrace = this.#byTrace.get(log.traceId);
      if (sameTrace === undefined) this.#byTrace.set(log.traceId, [log]);
      else sameTrace.push(log);
    }
    const { maxLogs, maxBytes } = this.#limits;
    while (this.storedCount > maxLogs || this.#byteCount > maxBytes) this.#dropOldest();
  }

  /** The records of a trace, in the order of their arrival. */
  ofTrace(traceId: string): LogRecord[] {
    return (this.#byTrace.get(traceId) ?? []).map(readLog);
  }

  /** The records of a trace as bytes, in the order of their arrival. */
  skimmedOf(traceId: string): readonly SkimmedLog[] {
    return this.#byTrace.get(traceId) ?? [];
  }

  /** The number of records of a trace. */
  countOf(traceId: string): number {
    return this.#byTrace.get(traceId)?.length ?? 0;
  }

  clear(): void {
    this.#logs = [];
    this.#first = 0;
    this.#byTrace.clear();
    this.#byteCount = 0;
    this.#receivedCount = 0;
  }

  #dropOldest(): void {
    const log = this.#logs[this.#first] as StoredLog;
    this.#logs[this.#first++] = undefined;
    this.#byteCount -= bytesOf(log);
    const sameTrace = this.#byTrace.get(log.traceId);
    // The oldest record of all is the oldest one of its trace.
    sameTrace?.shift();
    if (sameTrace?.length === 0) this.#byTrace.delete(log.traceId);
    if (this.#first * 2 > this.#logs.length) {
      this.#logs = this.#logs.slice(this.#first);
      this.#first = 0;
    }
  }
}

function bytesOf({ bytes, origin }: StoredLog): number {
  return bytes.length + origin.resource.length + origin.scope.length + RECORD_BYTES;
}
