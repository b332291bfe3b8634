import { type SpanRecord, SpanRecordKind, SpanRecordStatus } from 'nestjs-traced/viewer';

const KIND_WORDS: Readonly<Record<number, string>> = {
  [SpanRecordKind.SERVER]: 'server',
  [SpanRecordKind.CLIENT]: 'client',
  [SpanRecordKind.PRODUCER]: 'producer',
  [SpanRecordKind.CONSUMER]: 'consumer',
};

/** The service that sent a span. */
export function serviceOf({ resource }: SpanRecord): string {
  return String(resource?.attributes['service.name']);
}

/** A span in one line: service, name, kind unless internal, status of HTTP or gRPC, whether it failed. */
export function outlineOf(span: SpanRecord): string {
  const { name, kind = SpanRecordKind.INTERNAL, attributes = {}, status } = span;
  const kindWord = KIND_WORDS[kind];
  const answer = attributes['http.response.status_code'] ?? attributes['rpc.status_code'];
  return [
    serviceOf(span),
    name,
    kindWord === undefined ? '' : `[${kindWord}]`,
    String(answer ?? ''),
    status === SpanRecordStatus.ERROR ? 'FAILED' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}
