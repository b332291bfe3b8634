/** The kinds of findings. */
export type FindingKind =
  | 'repeated-call'
  | 'asked-twice'
  | 'could-run-together'
  | 'retried'
  | 'timed-out'
  | 'handled'
  | 'slower-than-usual'
  | 'context-lost'
  | 'parents-missing'
  | 'never-ended'
  | 'process-gone'
  | 'parent-circle'
  | 'clocks-differ';

/** Something about a trace that its reader should know. */
export interface Finding {
  readonly kind: FindingKind;
  /** A sentence without a full stop. */
  readonly text: string;
  /** The rule that found it, in a sentence: what was counted, from which number on. */
  readonly how: string;
  /** The rows that the finding is about, by start. */
  readonly rows: readonly number[];
  /** The time of the rows on the critical path, in nanoseconds: the most that a cure saves. 0 without one. */
  readonly pathNanos: number;
}
