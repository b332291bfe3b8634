import { describe, expect, it } from '@jest/globals';
import { TracingContext } from '../../../lib/context/index.js';
import {
  EMPTY_METADATA,
  isOfSandbox,
  metadataOf,
  readMetadata,
  sendToSandbox,
  writeMetadata,
  writeSandboxMetadata,
} from '../../../lib/jobs/job-metadata.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('the metadata of a job', () => {
  it('contain the fields of the propagator as JSON', () => {
    const { tracer } = createTracing();
    const span = tracer.startSpan('add');
    const text = writeMetadata(tracer, TracingContext.ROOT.withSpan(span));
    span.end();
    const { traceId, spanId } = span.spanContext();
    expect(JSON.parse(text)).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
    expect(readMetadata(text)).toEqual(JSON.parse(text));
    expect(isOfSandbox(readMetadata(text))).toBe(false);
  });

  it('are empty without a context', () => {
    const { tracer } = createTracing();
    expect(writeMetadata(tracer, TracingContext.ROOT)).toBe(EMPTY_METADATA);
  });

  it.each([
    undefined,
    null,
    7,
    {},
    '',
    'x',
    '"x"',
    '7',
    'null',
    '{',
    `{"a":"${'x'.repeat(20_000)}"}`,
  ])('are read as no fields if they are %p', (metadata) => {
    expect(readMetadata(metadata)).toEqual({});
  });

  it.each([
    [{ opts: { telemetry: { metadata: 'a' } } }, 'a'],
    [{ opts: { tm: 'b' } }, 'b'],
    [{ opts: {} }, undefined],
    [{}, undefined],
    [undefined, undefined],
    ['text', undefined],
  ])('of %p are %p', (job, expected) => {
    expect(metadataOf(job)).toBe(expected);
  });

  it('are replaced in what is sent to a sandbox, and not in the job', () => {
    const { tracer } = createTracing();
    const opts = { attempts: 2, telemetry: { metadata: 'of the code that added it' } };
    const job = { opts, toJSON: () => ({ id: '1', opts }) };
    const context = TracingContext.ROOT;
    sendToSandbox(job, 'toJSON', () => writeSandboxMetadata(tracer, context));
    const sent = job.toJSON() as typeof job & { id: string };
    expect(sent).toMatchObject({ id: '1', opts: { attempts: 2 } });
    expect(isOfSandbox(readMetadata(metadataOf(sent)))).toBe(true);
    expect(metadataOf(job)).toBe('of the code that added it');
  });
});
