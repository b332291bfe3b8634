import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { LOG_SINK } from '../../../lib/context/log-sink.js';
import { LogFeed } from '../../../lib/logging/log-feed.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { collectLogEntries } from '../../support/log-entries.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTestTracing = tracingsOfTest();
const entry = { severityNumber: 9, severityText: 'info', body: 'created' };

describe('LogFeed', () => {
  it('does not open without an application, or where lines go nowhere', () => {
    expect(LogFeed.open()).toBeUndefined();
    const { tracer } = createTestTracing({ logExporter: undefined });
    expect(LogFeed.open()).toBeUndefined();
    tracer.trace('work', {}, () => expect(LogFeed.open()).toBeUndefined());
  });

  it('passes lines on to the log exporter, with the span in which they were logged', () => {
    const { tracer } = createTestTracing();
    const entries = collectLogEntries(tracer);
    LogFeed.open()?.emit(entry);
    const span = tracer.startSpan('work');
    LogFeed.open(TracingContext.ROOT.withSpan(span))?.emit(entry);
    expect(entries).toEqual([entry, { ...entry, spanContext: span.spanContext() }]);
    expect(span.isRecording()).toBe(true);
  });

  it('gives a line that was logged outside a span none of the span in which it is written', () => {
    const { tracer } = createTestTracing();
    const active: unknown[] = [];
    tracer.application.set(LOG_SINK, {
      emit: () => void active.push(contextStorage.active().span),
    });
    tracer.trace('work', {}, (span) => {
      LogFeed.open(TracingContext.ROOT)?.emit(entry);
      expect(contextStorage.active().span).toBe(span);
    });
    LogFeed.open()?.emit(entry);
    expect(active).toEqual([undefined, undefined]);
  });

  it('passes lines on to the application whose span is active', () => {
    const first = createTestTracing();
    const second = createTestTracing();
    const entries = [collectLogEntries(first.tracer), collectLogEntries(second.tracer)];
    first.tracer.trace('work', {}, () => LogFeed.open()?.emit(entry));
    LogFeed.open()?.emit(entry);
    expect(entries.map((list) => list.length)).toEqual([1, 1]);
    expect(entries[1]).toEqual([entry]);
  });

  it('adds events to recorded spans with the option, and only there', () => {
    const { tracer, recorder } = createTestTracing({
      logExporter: undefined,
      logging: { spanEvents: true },
    });
    expect(LogFeed.open()).toBeUndefined();
    tracer.trace('work', {}, () => LogFeed.open()?.emit(entry));
    const [span] = recorder.takeSpans();
    expect(span?.events).toEqual([
      expect.objectContaining({
        name: 'log',
        attributes: { 'log.severity': 'info', 'log.message': 'created' },
      }),
    ]);
    const ended = tracer.startSpan('ended');
    ended.end();
    expect(LogFeed.open(TracingContext.ROOT.withSpan(ended))).toBeUndefined();
    const off = createTestTracing({
      logExporter: undefined,
      logging: { spanEvents: true },
      sampler: new AlwaysOffSampler(),
    });
    off.tracer.trace('work', {}, () => expect(LogFeed.open()).toBeUndefined());
  });

  it('does not open inside an export, and for the warnings of the library', () => {
    const { tracer, tracing } = createTestTracing({
      logger: { warn: () => void opened.push(LogFeed.open()) },
    });
    const opened: unknown[] = [];
    collectLogEntries(tracer);
    contextStorage.runSuppressed(() => opened.push(LogFeed.open()));
    tracing.diagnostics.say('The exporter fails');
    expect(opened).toEqual([undefined, undefined]);
    expect(LogFeed.open()).toBeDefined();
  });

  it('opens again after a logger of the user threw at a warning', () => {
    const { tracer, tracing } = createTestTracing({
      logger: {
        warn() {
          throw new Error('disk full');
        },
      },
    });
    collectLogEntries(tracer);
    tracing.diagnostics.say('The exporter fails');
    expect(LogFeed.open()).toBeDefined();
  });

  it('reports a failure once, and does not throw', () => {
    const { tracer, warnings } = createTestTracing();
    tracer.application.set(LOG_SINK, {
      emit() {
        throw new Error('broken');
      },
    });
    LogFeed.open()?.emit(entry);
    LogFeed.open()?.emit(entry);
    expect(warnings).toEqual([
      'A log line could not be passed on to the log exporter: Error: broken',
    ]);
  });
});
