import { describe, expect, it } from '@jest/globals';
import {
  InMemorySpanExporter,
  BatchSpanProcessor as StockBatch,
  SimpleSpanProcessor as StockSimple,
} from '@opentelemetry/sdk-trace-base';
import { SpansInFlight } from '../../../lib/assembly/spans-in-flight.js';
import { BaggageSpanProcessor } from '../../../lib/baggage/index.js';
import { TracingContext } from '../../../lib/context/index.js';
import { BatchSpanProcessor } from '../../../lib/delivery/batch-span-processor.js';
import { Redactor } from '../../../lib/delivery/redaction/redactor.js';
import { SpanProcessors } from '../../../lib/delivery/span-processors.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import type { SpanExporter } from '../../../lib/export/index.js';
import type { RecordingSpan, SpanProcessor } from '../../../lib/trace/index.js';
import { KeepingProcessor, providerFor } from '../../support/span-source.js';

const SPAN = { name: 'work' } as RecordingSpan;

/** A processor that notes what it hears, and then does what `behave` says. */
class Listener implements SpanProcessor {
  readonly heard: unknown[][] = [];

  constructor(private readonly behave: () => void = () => {}) {}

  onStart(...args: unknown[]): void {
    this.#hear('onStart', args);
  }

  onEnding(...args: unknown[]): void {
    this.#hear('onEnding', args);
  }

  onEnd(...args: unknown[]): void {
    this.#hear('onEnd', args);
  }

  async forceFlush(): Promise<void> {
    this.#hear('forceFlush', []);
  }

  shutdown(): Promise<void> {
    // Not async: this one throws where a promise was promised.
    this.#hear('shutdown', []);
    return Promise.resolve();
  }

  #hear(method: string, args: unknown[]): void {
    this.heard.push([method, ...args]);
    this.behave();
  }
}

function processorsOf(...processors: SpanProcessor[]) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  return { processors: new SpanProcessors(processors, diagnostics), warnings };
}

async function callAll(processors: SpanProcessor): Promise<void> {
  processors.onStart(SPAN, TracingContext.ROOT);
  processors.onEnding?.(SPAN);
  processors.onEnd(SPAN);
  await processors.forceFlush();
  await processors.shutdown();
}

const ALL_HEARD = [
  ['onStart', SPAN, TracingContext.ROOT],
  ['onEnding', SPAN],
  ['onEnd', SPAN],
  ['forceFlush'],
  ['shutdown'],
];

describe('SpanProcessors', () => {
  it('tells each of them everything', async () => {
    const [first, second] = [new Listener(), new Listener()];
    const { processors, warnings } = processorsOf(first, second);
    await callAll(processors);
    expect(first.heard).toEqual(ALL_HEARD);
    expect(second.heard).toEqual(ALL_HEARD);
    expect(warnings).toEqual([]);
  });

  it('reports one that throws or rejects, and tells the others all the same', async () => {
    const bad = new Listener(() => {
      throw new Error('out of order');
    });
    const good = new Listener();
    const { processors, warnings } = processorsOf(bad, good);
    await callAll(processors);
    expect(good.heard).toEqual(ALL_HEARD);
    expect(warnings).toEqual([
      'A span processor threw: Error: out of order',
      'A span processor could not be flushed: Error: out of order',
      'A span processor could not be shut down: Error: out of order',
    ]);
  });

  it('waits for all of them to flush', async () => {
    const flushed: string[] = [];
    const flushing = (name: string, turns: number): SpanProcessor =>
      Object.assign(new Listener(), {
        forceFlush: async () => {
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          flushed.push(name);
        },
      });
    await processorsOf(flushing('slow', 9), flushing('quick', 1)).processors.forceFlush();
    expect(flushed).toEqual(['quick', 'slow']);
  });

  it('has no onEnding where none of them has one', () => {
    const plain: SpanProcessor = {
      onStart() {},
      onEnd() {},
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    expect(processorsOf(plain).processors.onEnding).toBeUndefined();
    const listener = new Listener();
    processorsOf(plain, listener).processors.onEnding?.(SPAN);
    expect(listener.heard).toEqual([['onEnding', SPAN]]);
  });

  it('may be none', async () => {
    const { processors, warnings } = processorsOf();
    await callAll(processors);
    expect(warnings).toEqual([]);
  });

  it('does not change with the array it was made of', () => {
    const listener = new Listener();
    const given: SpanProcessor[] = [listener];
    const processors = new SpanProcessors(given, new Diagnostics({ warn() {} }));
    given.pop();
    processors.onEnd(SPAN);
    expect(listener.heard).toHaveLength(1);
  });
});

describe('a span that has ended', () => {
  /** Ends a span with all kinds of data, and returns what is left of it. */
  function leftOf(...processors: SpanProcessor[]): unknown[] {
    const { tracer } = providerFor(processorsOf(...processors).processors);
    const span = tracer.startSpan('work', {
      attributes: { 'order.id': 7 },
      links: [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } }],
    }) as RecordingSpan;
    span.recordError(new Error('broken'));
    span.end();
    const { attributes, events, links, status, name } = span;
    expect([name, status.code, span.spanContext().traceId.length]).toEqual(['work', 2, 32]);
    return [Object.keys(attributes).length, events.length, links.length, status.message];
  }

  const exporter: SpanExporter = {
    export: () => {},
    openBatch: () => ({ add: () => 1, export: (callback) => callback({ code: 0 }) }),
    shutdown: async () => {},
  };
  const encoding = (): SpanProcessor => new BatchSpanProcessor(exporter);
  const ALL = [2, 1, 1, 'broken'];

  it('keeps only its ids, name and times where no processor keeps it', () => {
    const baggage = new BaggageSpanProcessor({ spanAttributes: ['user.id'] });
    const inFlight = new SpansInFlight({}, new Diagnostics({ warn() {} }));
    expect(leftOf(encoding(), baggage, inFlight)).toEqual([0, 0, 0, undefined]);
    expect(leftOf()).toEqual([0, 0, 0, undefined]);
  });

  it.each<[string, () => SpanProcessor]>([
    ['a processor of the user', () => new KeepingProcessor()],
    ['a batch of spans', () => new BatchSpanProcessor(new InMemorySpanExporter() as never)],
    [
      'a processor that throws',
      () =>
        Object.assign(
          new Listener(() => {
            throw new Error('out of order');
          }),
          { keepsSpans: false },
        ),
    ],
  ])('keeps its data for %s', (_, processor) => {
    expect(leftOf(encoding(), processor())).toEqual(ALL);
    expect(leftOf(processor(), encoding())).toEqual(ALL);
  });
});

describe('SpanProcessors with a redactor', () => {
  const SECRETS = { password: 'hunter2', route: '/' };
  const REDACTED = { password: 'REDACTED', route: '/' };

  function chain(...processors: SpanProcessor[]): SpanProcessors {
    return new SpanProcessors(processors, new Diagnostics({ warn() {} }), new Redactor());
  }

  it('redacts an ended span before the first processor gets it, and not before its end', () => {
    const seen: unknown[] = [];
    const note = ({ attributes }: { readonly attributes: unknown }): void => {
      seen.push(attributes);
    };
    const first = Object.assign(new KeepingProcessor(), { onStart: note, onEnd: note });
    const last = new KeepingProcessor();
    const span = providerFor(chain(first, last)).tracer.startSpan('login', { attributes: SECRETS });
    span.addEvent('tried', { token: 'abc' });
    span.end();
    expect(seen).toEqual([SECRETS, REDACTED]);
    expect(last.ended[0]?.attributes).toEqual(REDACTED);
    expect(last.ended[0]?.events[0]?.attributes).toEqual({ token: 'REDACTED' });
  });

  it('redacts what a processor adds in onEnding', () => {
    const adding = Object.assign(new KeepingProcessor(), {
      onEnding: (span: RecordingSpan) => void span.setAttribute('late.secret', 'x'),
    });
    providerFor(chain(adding)).tracer.startSpan('login').end();
    expect(adding.ended[0]?.attributes).toEqual({ 'late.secret': 'REDACTED' });
  });

  it.each([
    ['SimpleSpanProcessor', (exporter: InMemorySpanExporter) => new StockSimple(exporter)],
    ['BatchSpanProcessor', (exporter: InMemorySpanExporter) => new StockBatch(exporter)],
  ])('shows the %s of OpenTelemetry redacted values only', async (_, create) => {
    const exporter = new InMemorySpanExporter();
    const processors = chain(create(exporter) as unknown as SpanProcessor);
    providerFor(processors).tracer.startSpan('login', { attributes: SECRETS }).end();
    await processors.forceFlush();
    expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([REDACTED]);
    await processors.shutdown();
  });

  it('shows a batch that encodes spans as they end redacted values only', async () => {
    const encoded: unknown[] = [];
    const exporter: SpanExporter = {
      export: () => {},
      openBatch: () => ({
        add: ({ attributes }) => encoded.push(attributes),
        export: (callback) => callback({ code: 0 }),
      }),
      shutdown: async () => {},
    };
    const processors = chain(new BatchSpanProcessor(exporter));
    providerFor(processors).tracer.startSpan('login', { attributes: SECRETS }).end();
    expect(encoded).toEqual([REDACTED]);
    await processors.shutdown();
  });
});
