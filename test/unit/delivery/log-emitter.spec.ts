import { describe, expect, it } from '@jest/globals';
import { context as apiContext, trace as apiTrace } from '@opentelemetry/api';
import { contextStorage, type LogEntry, TracingContext } from '../../../lib/context/index.js';
import {
  BatchLogRecordProcessor,
  LogEmitter,
  Redactor,
  SimpleLogRecordProcessor,
} from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { InMemoryLogExporter } from '../../../lib/export/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { createLogRecordLimits, type LogRecordProcessor } from '../../../lib/trace/index.js';
import { VERSION } from '../../../lib/version.js';
import { SPAN_CONTEXT } from '../../support/log-source.js';
import { KeepingProcessor, providerFor } from '../../support/span-source.js';

function create(processor?: LogRecordProcessor, redactor?: Redactor) {
  const { core } = providerFor(new KeepingProcessor());
  const lines: string[] = [];
  Object.assign(core, { diagnostics: new Diagnostics({ warn: (line) => lines.push(line) }) });
  const exporter = new InMemoryLogExporter();
  const emitter = new LogEmitter(
    core,
    processor ?? new SimpleLogRecordProcessor(exporter),
    createLogRecordLimits(),
    redactor,
  );
  const emit = (entry: Partial<LogEntry>): void => emitter.emit({ severityNumber: 9, ...entry });
  return { emitter, emit, exporter, lines };
}

describe('LogEmitter', () => {
  it('gives entries the ids of the active span, or of the given one', () => {
    const { emit, exporter } = create();
    const { tracer, recorder } = createTestTracing();
    const span = tracer.trace('work', (active) => {
      emit({ body: 'active' });
      emit({ body: 'given', spanContext: SPAN_CONTEXT });
      return active;
    });
    emit({ body: 'none' });
    emit({ body: 'invalid', spanContext: { traceId: 'x', spanId: 'y', traceFlags: 1 } });
    recorder.takeSpans();
    expect(exporter.getFinishedLogRecords().map((record) => record.spanContext)).toEqual([
      span.spanContext(),
      SPAN_CONTEXT,
      undefined,
      undefined,
    ]);
  });

  it('gives entries the ids of an unsampled trace, and of a span of another library', () => {
    const { emit, exporter } = create();
    const { tracer } = createTestTracing({ sampler: new AlwaysOffSampler() });
    const ids = tracer.trace('work', (span) => {
      emit({ body: 'unsampled' });
      return span.spanContext();
    });
    const foreign = apiTrace.setSpanContext(apiContext.active(), SPAN_CONTEXT);
    contextStorage.with(foreign, () => emit({ body: 'foreign' }));
    expect(exporter.getFinishedLogRecords().map((record) => record.spanContext)).toEqual([
      { ...ids, traceFlags: 0 },
      expect.objectContaining(SPAN_CONTEXT),
    ]);
  });

  it('names the library that emits, up to a hundred of them', () => {
    const { emit, exporter } = create();
    emit({});
    emit({ scopeName: 'pino' });
    emit({ scopeName: 'pino' });
    for (let i = 0; i < 100; i++) emit({ scopeName: `other ${i}` });
    const scopes = exporter.getFinishedLogRecords().map((record) => record.instrumentationScope);
    expect(scopes[0]).toEqual({ name: 'nestjs-traced', version: VERSION });
    expect(scopes[1]).toEqual({ name: 'pino' });
    expect(scopes[2]).toBe(scopes[1]);
    expect(scopes.at(-2)).toEqual({ name: 'other 98' });
    expect(scopes.at(-1)).toBe(scopes[0]);
  });

  it('ignores what an exporter emits, but not what code emits that the user suppresses', () => {
    const { emit, emitter } = create();
    contextStorage.runSuppressed(() => emit({ body: 'from an exporter' }));
    expect(emitter.emittedCount).toBe(0);
    contextStorage.run(TracingContext.ROOT.withSuppressed(true), () => emit({ body: 'user' }));
    expect(emitter.emittedCount).toBe(1);
  });

  it('redacts before the processor gets a log record', () => {
    const { emit, exporter } = create(undefined, new Redactor());
    emit({ attributes: { password: 'p', 'user.token': ['t'] }, body: [{ apiKey: 1 }] });
    expect(exporter.getFinishedLogRecords()).toMatchObject([
      {
        attributes: { password: 'REDACTED', 'user.token': ['REDACTED'] },
        body: [{ apiKey: 'REDACTED' }],
      },
    ]);
  });

  it('counts each entry once, also those that cannot be read and those of a full queue', () => {
    const batch = new BatchLogRecordProcessor(new InMemoryLogExporter(), {
      maxQueueSize: 2,
      diagnostics: new Diagnostics({ warn: () => {} }),
    });
    const { emit, emitter, lines } = create(batch);
    for (let i = 0; i < 3; i++) emit({ body: 'x' });
    const hostile = {
      get body(): string {
        throw new Error('no');
      },
    };
    emitter.emit(hostile as never);
    expect(emitter.emittedCount).toBe(4);
    expect(emitter.counts).toEqual({
      exported: 0,
      failed: 0,
      dropped: { queue_full: 1, unreadable: 1 },
      queued: 2,
    });
    expect(lines).toEqual(['A log entry could not be read and was dropped: Error: no']);
  });

  it('survives a processor that throws, and one that does not count', () => {
    const processor = {
      onEmit: () => {
        throw new Error('no');
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const { emit, emitter, lines } = create(processor);
    expect(() => emit({ body: 'x' })).not.toThrow();
    expect(emitter.counts).toBeUndefined();
    expect(lines).toEqual(['A log record processor threw: Error: no']);
  });
});
