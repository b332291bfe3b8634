import { Span } from 'nestjs-otel';
import { decoratorCases } from '../decorator-cases.js';
import { startSampled, startUnsampled } from './opentelemetry.js';

/** `@Span` of nestjs-otel, on OpenTelemetry's SDK. */
export const { decoratedSync, decoratedAsync, decoratedSyncUnsampled, decoratedAsyncUnsampled } =
  decoratorCases(Span(), startSampled, startUnsampled);
