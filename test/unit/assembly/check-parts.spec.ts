import { describe, expect, it } from '@jest/globals';
import { checkParts } from '../../../lib/assembly/check-parts.js';
import type { ResolvedParts } from '../../../lib/assembly/tracing-options.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { NoopSpanExporter } from '../../../lib/export/index.js';
import { W3CTraceContextPropagator } from '../../../lib/propagation/index.js';
import { AlwaysOnSampler } from '../../../lib/sampling/index.js';
import { SpanRecorder } from '../../../lib/testing/index.js';
import { RandomIdGenerator, SystemClock } from '../../../lib/trace/index.js';

const good: ResolvedParts = {
  sampler: new AlwaysOnSampler(),
  propagator: new W3CTraceContextPropagator(),
  exporter: new NoopSpanExporter(),
  spanProcessors: [new SpanRecorder()],
  idGenerator: new RandomIdGenerator(),
  clock: new SystemClock(),
};

describe('checkParts', () => {
  it('takes parts that have their methods, with and without an exporter', () => {
    expect(() => checkParts(good)).not.toThrow();
    expect(() => checkParts({ ...good, exporter: undefined })).not.toThrow();
  });

  const wrong: [keyof ResolvedParts, unknown][] = [
    ['sampler', null],
    ['sampler', 'always'],
    ['propagator', { inject() {}, extract() {} }],
    ['exporter', { export() {} }],
    ['idGenerator', { generateTraceId() {} }],
    ['clock', { now() {} }],
    ['spanProcessors', [{}]],
    ['spanProcessors', new SpanRecorder()],
  ];
  it.each(wrong)('refuses as %s %p', (name, part) => {
    expect(() => checkParts({ ...good, [name]: part })).toThrow(TracingConfigError);
  });
});
