/** The screen of one trace. */
export function TraceScreen({ traceId }: { readonly traceId: string }) {
  return <main id="main">{traceId}</main>;
}
