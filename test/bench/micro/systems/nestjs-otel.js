import { Span } from 'nestjs-otel';
import { decoratorCases } from '../decorator-cases.js';
import { startSampled, startUnsampled } from './opentelemetry.js';

/** `@Span` of nestjs-otel, on OpenTelemetry's SDK. */
export const { decoratedSync, decoratedAsync, decoratedSyncUnsampled, decoratedAsyncUnsampled } =
  decoratorCases(Span(), startSampled, startUnsampled);

/** It traces no method without its decorator. */
export const providerSync = decoratedSync;
export const providerSyncUnsampled = decoratedSyncUnsampled;
