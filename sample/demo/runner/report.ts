import { type SpanRecord, spansAsText } from 'nestjs-traced/viewer';
import type { DemoRequest } from '../scenario.js';
import { hasColors, paint } from './paint.js';
import type { DemoResponse } from './send.js';

const DEFAULT_WIDTH = 120;

export type Print = (...lines: string[]) => void;

/** What the demo is about to do. */
export const INTRODUCTION: readonly string[] = [
  'Four services, a process each: gateway (Express) → orders (Fastify) → inventory (gRPC), mailer (TCP).',
  'They send their spans by OTLP to this process, which joins them to traces and explains these.',
  'A line is a span: what was done, by which service, how long, how much of that the request waited for,',
  'and when: ▓ waited for this span itself, █ for a span below, ░ nobody waited.',
  '',
];

/** What was asked, how it went, and its trace. */
export function describeTrace(
  number: number,
  { headline, method, path, lesson }: DemoRequest,
  { status }: DemoResponse,
  spans: readonly SpanRecord[],
  answer: string | undefined,
): string[] {
  return [
    `${paint('bold', `${number}. ${headline}`)}   ${method} ${path} → ${status}`,
    lesson,
    '',
    ...spansAsText(spans, { colors: hasColors, width: process.stdout.columns ?? DEFAULT_WIDTH }),
    ...(answer === undefined ? [] : ['', paint('yellow', `→ ${answer}`)]),
    '',
    '',
  ];
}
