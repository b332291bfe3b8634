/** The lower eight bits of `flags` are those of W3C trace context. */
const W3C_MASK = 0xff;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * The `flags` of a span or a link: the W3C trace flags, that it is known whether the parent (of a
 * span) or the target (of a link) is remote, and whether it is. Spec: opentelemetry-proto v1,
 * `SpanFlags`.
 */
export function spanFlags(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & W3C_MASK) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}
