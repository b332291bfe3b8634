/** A point of time on a bar. */
export interface TimeMark {
  readonly nanos: number;
  readonly isBad: boolean;
}
