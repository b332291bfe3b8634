import { renderTrace, type TraceRecord } from 'nestjs-traced';
import type { DemoRequest } from '../scenario.js';
import { exceptionOf } from './findings.js';
import { hasColors, paint } from './paint.js';
import { durationMillis, type ReceivedSpan } from './received-span.js';
import type { DemoResponse } from './send.js';
import { type SpanTree, titleOf, walk } from './span-tree.js';

const DEFAULT_WIDTH = 110;

export type Print = (...lines: string[]) => void;

/** What the demo is about to do. */
export const INTRODUCTION: readonly string[] = [
  'Four services, a process each: gateway (Express) → orders (Fastify) → inventory (gRPC), mailer (TCP).',
  'They send their spans by OTLP to this process, which joins them to traces.',
  'A line is a span: what was done, by which service, how long, and when within its trace.',
  '',
];

/** What was asked, how it went, its trace, and what the trace tells. */
export function describeTrace(
  number: number,
  { headline, method, path, lesson }: DemoRequest,
  { status }: DemoResponse,
  trees: readonly SpanTree[],
  answer: string | undefined,
): string[] {
  const records = trees.flatMap((tree) => [...walk(tree)]).map(({ tree }) => recordOf(tree.span));
  return [
    `${paint('bold', `${number}. ${headline}`)}   ${method} ${path} → ${status}`,
    lesson,
    '',
    ...renderTrace(records, { colors: hasColors, width: process.stdout.columns ?? DEFAULT_WIDTH }),
    ...(answer === undefined ? [] : ['', paint('yellow', `→ ${answer}`)]),
    '',
    '',
  ];
}

/** The span as the library's console draws it. */
function recordOf(span: ReceivedSpan): TraceRecord {
  const exception = exceptionOf(span);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === '' ? {} : { parentSpanId: span.parentSpanId }),
    name: titleOf(span),
    service: span.serviceName,
    startEpochMillis: Number(span.startNanos) / 1e6,
    durationMillis: durationMillis(span),
    status: span.isFailed ? 'error' : 'unset',
    ...(exception === undefined ? {} : { error: exception }),
  };
}
