import { carrierSetter } from '../carriers/index.js';
import type { LocalTracer, TracingContext } from '../context/index.js';
import { wrapMethod } from '../operation/index.js';

/** The metadata of a job without a context. BullMQ takes an empty text for no metadata. */
export const EMPTY_METADATA = '{}';

/**
 * A field beside the context: the process that runs the job's sandboxed processor continues the trace. BullMQ
 * and Bull send a job to that process, whose span is a part of the job's span here.
 */
const SANDBOX_FIELD = 'nestjs-traced-sandbox';

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

/** Returns the metadata for the process that runs the sandboxed processor of a job. */
export function writeSandboxMetadata({ propagator }: LocalTracer, context: TracingContext): string {
  const fields: Record<string, string> = { [SANDBOX_FIELD]: 'true' };
  propagator.inject(context, fields, carrierSetter);
  return JSON.stringify(fields);
}

/** Whether the fields in a job's metadata come from {@link writeSandboxMetadata}. */
export function isOfSandbox(fields: object): boolean {
  return SANDBOX_FIELD in fields;
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
  const { opts } = (job ?? {}) as { opts?: { telemetry?: { metadata?: unknown }; tm?: unknown } };
  // BullMQ 5 sends `tm` to the processes of sandboxed processors.
  return opts?.telemetry?.metadata ?? opts?.tm;
}

/**
 * Makes a job carry the context of its span to the process of its sandboxed processor. `key` is the method
 * that returns what is sent.
 */
export function sendToSandbox(
  job: object,
  key: 'asJSONSandbox' | 'toJSON',
  metadata: () => string,
): void {
  wrapMethod(job, key, (original, self, args) => {
    const sent = Reflect.apply(original, self, args) as { opts?: object };
    return { ...sent, opts: { ...sent.opts, telemetry: { metadata: metadata() } } };
  });
}
