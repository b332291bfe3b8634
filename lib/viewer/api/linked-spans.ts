/** A span at the other end of a link. */
export interface LinkedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether the span is in the store; only then it has a name and a service. */
  readonly isStored: boolean;
  readonly name?: string;
  readonly service?: string;
}

/** The links of a span in both directions: the answer of `/api/traces/:id/spans/:span/links`. */
export interface LinkedSpans {
  /** The spans that it links to, in its order. */
  readonly to: readonly LinkedSpan[];
  /** The spans that link to it, those of the newest traces first. */
  readonly from: readonly LinkedSpan[];
  /** Whether more spans link to it. */
  readonly hasMore: boolean;
}
