/** The answer of `GET /api/traces/:id/events`: when the events of all spans of a trace happened. */
export interface EventsJson {
  /** The row of each event, ascending: `Uint32Array` in base64, little endian. */
  readonly rows: string;
  /** Nanoseconds after the base of the trace: `Float64Array` in base64, little endian. */
  readonly times: string;
  /** 1 for an exception: `Uint8Array` in base64. */
  readonly exceptions: string;
  /** Whether further events were left out. */
  readonly hasMore: boolean;
}
