/** What a body contains. */
export const BodyKind = {
  /** An `ExportTraceServiceRequest`. */
  TRACES: 1,
  /** An `ExportTraceServiceRequest` with spans that are running. */
  OPEN_TRACES: 2,
  /** An `ExportLogsServiceRequest`. */
  LOGS: 3,
} as const;
export type BodyKind = (typeof BodyKind)[keyof typeof BodyKind];

/** Keeps what a store has taken for the time after its process. */
export interface BodyKeeper {
  /** Called with each body that was stored. The bytes do not change afterwards. */
  append(kind: BodyKind, body: Buffer): void;
  /** Called when everything is dropped. */
  clear(): void;
  readonly counts: KeeperCounts;
}

/** The bodies that a keeper has kept. */
export interface KeeperCounts {
  readonly written: number;
  /** Not kept, because the disk is full or slow, or the body is too long. */
  readonly dropped: number;
  /** Bodies of earlier runs that were stored again. */
  readonly replayed: number;
}
