/**
 * Holds, when it is compiled, that parts which no door exports fit where OpenTelemetry's SDK 2 and its API have
 * theirs. Nothing here runs.
 */
import type { ContextManager, Span, TracerProvider } from '@opentelemetry/api';
import type * as stock from '@opentelemetry/sdk-trace-base';
import { ContextStorage } from '../../../lib/context/index.js';
import type { SpanProcessors } from '../../../lib/delivery/index.js';
import type {
  TracerProvider as OurTracerProvider,
  UnsampledSpan,
} from '../../../lib/trace/index.js';

({}) as SpanProcessors satisfies stock.SpanProcessor;
// @ts-expect-error A span that is not recorded has nothing to read.
({}) as UnsampledSpan satisfies stock.ReadableSpan;

({}) as UnsampledSpan satisfies Span;
({}) as OurTracerProvider satisfies TracerProvider;
new ContextStorage() satisfies ContextManager;
