import { carrierSetter } from '../carriers/index.js';
import type { LocalTracer, TracingContext } from '../context/index.js';

/** The metadata of a job without a context. BullMQ takes an empty text for no metadata. */
export const EMPTY_METADATA = '{}';

/** Longer texts are not parsed: they are not a context. */
const MAX_LENGTH = 16_384;

/**
 * Returns the fields of a context as the text that travels in the options of a job. The format is that of
 * `bullmq-otel`: a JSON object with the fields of the propagator.
 */
export function writeMetadata({ propagator }: LocalTracer, context: TracingContext): string {
  const fields: Record<string, string> = {};
  propagator.inject(context, fields, carrierSetter);
  return JSON.stringify(fields);
}

/** Returns the fields in the metadata of a job; empty for any other value. */
export function readMetadata(metadata: unknown): object {
  if (typeof metadata !== 'string' || metadata.length > MAX_LENGTH) return {};
  try {
    const fields: unknown = JSON.parse(metadata);
    return typeof fields === 'object' && fields !== null ? fields : {};
  } catch {
    return {};
  }
}

/** Returns the metadata of a job of BullMQ or Bull; undefined if it has none. */
export function metadataOf(job: unknown): unknown {
  const { opts } = (job ?? {}) as { opts?: { telemetry?: { metadata?: unknown } } };
  return opts?.telemetry?.metadata;
}
