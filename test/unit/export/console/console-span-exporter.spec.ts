import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TracingContext } from '../../../../lib/context/index.js';
import { SimpleSpanProcessor } from '../../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  ConsoleSpanExporter,
  type ConsoleStream,
  type ExportResult,
} from '../../../../lib/export/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';
import {
  endedSpan,
  endedSpans,
  KeepingProcessor,
  providerFor,
} from '../../../support/span-source.js';
import { localChild, remoteChild } from '../otlp/sample-spans.js';

/** A stream that keeps what is written. */
class KeptStream extends EventEmitter implements ConsoleStream {
  text = '';
  failure: Error | undefined;

  constructor(
    readonly isTTY = false,
    readonly columns?: number,
    private readonly colorCount = 1,
  ) {
    super();
  }

  write(text: string, callback: (error?: Error | null) => void): void {
    const { failure } = this;
    if (failure === undefined) this.text += text;
    process.nextTick(() => {
      callback(failure);
      if (failure !== undefined) this.emit('error', failure);
    });
  }

  hasColors(count: number): boolean {
    return count <= this.colorCount;
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

function exportTo(exporter: ConsoleSpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

/** A root and two children, in the order in which they end. */
function family(): ReadableSpan[] {
  const keeper = new KeepingProcessor();
  const { tracer } = providerFor(keeper);
  const root = tracer.startSpan('root');
  const context = TracingContext.ROOT.withSpan(root);
  for (const name of ['first', 'second']) tracer.startSpan(name, {}, context).end();
  root.end();
  return keeper.ended;
}

for (const format of ['tree', 'json'] as const) {
  describeSpanExporter({
    name: `ConsoleSpanExporter as ${format}`,
    create: () => {
      const stream = new KeptStream();
      return {
        exporter: new ConsoleSpanExporter({ format, stream }),
        deliveredNames: () => stream.text.match(/work \d|s(?:tock|dk) (?:root|child)/g) ?? [],
      };
    },
    createFailing: () => {
      const stream = new KeptStream();
      stream.failure = new Error('broken pipe');
      return { exporter: new ConsoleSpanExporter({ format, stream }) };
    },
  });
}

describe('ConsoleSpanExporter', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('writes a line of JSON for each span where no terminal is', async () => {
    const stream = new KeptStream();
    await exportTo(new ConsoleSpanExporter({ stream }), endedSpans(2));
    expect(stream.lines.map((line) => JSON.parse(line).name)).toEqual(['work 0', 'work 1']);
  });

  it('draws a trace on a terminal when its root has come', async () => {
    const stream = new KeptStream(true, 60);
    const exporter = new ConsoleSpanExporter({ stream });
    for (const span of family()) {
      expect(stream.text).toBe('');
      await exportTo(exporter, [span]);
    }
    expect(stream.text).toBe(
      `
trace aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1  orders, 3 spans, 1.3 ms
root          1.3 ms  ██████████████████████████████████████
├─ first      250 µs          ████████
└─ second     250 µs                         ████████

`.trimStart(),
    );
  });

  it('draws a trace whose children come behind the root in one batch', async () => {
    const stream = new KeptStream(true, 60);
    await exportTo(new ConsoleSpanExporter({ stream }), family().reverse());
    expect(stream.lines).toHaveLength(5);
  });

  it('draws what began in another process from the span that took it in', async () => {
    const stream = new KeptStream(true, 60);
    await exportTo(new ConsoleSpanExporter({ stream }), [remoteChild('GET /')]);
    expect(stream.lines[1]).toMatch(/^GET \/ /);
  });

  it('uses colours only on a terminal that has them', async () => {
    const drawn = await Promise.all(
      [
        { stream: new KeptStream(true, 60, 256), format: 'tree' },
        { stream: new KeptStream(true, 60, 2), format: 'tree' },
        { stream: new KeptStream(false, 60, 256), format: 'tree' },
      ].map(async ({ stream, format }) => {
        await exportTo(new ConsoleSpanExporter({ stream, format: format as 'tree' }), family());
        return stream.text.includes('\u001b[');
      }),
    );
    expect(drawn).toEqual([true, false, false]);
  });

  it('draws a trace as partial that has waited for its root for half a minute', async () => {
    const stream = new KeptStream(true, 80);
    const exporter = new ConsoleSpanExporter({ stream });
    await exportTo(exporter, [localChild()]);
    jest.advanceTimersByTime(29_999);
    expect(stream.text).toBe('');
    jest.advanceTimersByTime(2);
    expect(stream.text).toMatch(/partial: its first span has not ended\nlocal child /);
    // The stream calls back in the next tick.
    await new Promise((resolve) => process.nextTick(resolve));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('draws what still waits when it is flushed or shut down', async () => {
    const stream = new KeptStream(true, 80);
    const exporter = new ConsoleSpanExporter({ stream });
    await exportTo(exporter, [localChild()]);
    await exporter.forceFlush();
    expect(stream.text).toContain('local child');
    await exportTo(exporter, [localChild()]);
    await exporter.shutdown();
    expect(stream.text.match(/local child/g)).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps a stream that breaks from ending the process', async () => {
    const stream = new KeptStream();
    stream.failure = new Error('broken pipe');
    const result = await exportTo(new ConsoleSpanExporter({ stream }), [endedSpan()]);
    expect(result).toEqual({ code: 1, error: stream.failure });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stream.listenerCount('error')).toBe(0);
  });

  describe('on a stream whose write never calls back', () => {
    const accepting: ConsoleStream = { write: () => true };

    it('takes a text as written after a tenth of a second, and the next ones at once', async () => {
      const exporter = new ConsoleSpanExporter({ stream: accepting });
      const results: ExportResult[] = [];
      exporter.export([endedSpan()], (result) => results.push(result));
      jest.advanceTimersByTime(99);
      expect(results).toEqual([]);
      jest.advanceTimersByTime(1);
      exporter.export([endedSpan()], (result) => results.push(result));
      expect(results).toEqual([{ code: 0 }, { code: 0 }]);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('is shut down as quickly', async () => {
      const exporter = new ConsoleSpanExporter({ stream: accepting, format: 'tree' });
      exporter.export([localChild()], () => undefined);
      const shutdown = exporter.shutdown();
      jest.advanceTimersByTime(100);
      await shutdown;
      expect(jest.getTimerCount()).toBe(0);
    });
  });

  it('fails spans that cannot be read', async () => {
    const rotten = {
      spanContext: () => {
        throw new Error('rotten');
      },
    } as unknown as ReadableSpan;
    const exporter = new ConsoleSpanExporter({ stream: new KeptStream() });
    expect(await exportTo(exporter, [rotten])).toEqual({ code: 1, error: new Error('rotten') });
  });

  it('writes to the standard output by default', async () => {
    const write = jest
      .spyOn(process.stdout, 'write')
      .mockImplementation(((_text: string, callback: () => void) => callback()) as never);
    const processor = new SimpleSpanProcessor(new ConsoleSpanExporter({ format: 'json' }));
    processor.onEnd(endedSpan('seen'));
    const [[text]] = write.mock.calls as [[string]];
    write.mockRestore();
    expect(JSON.parse(text).name).toBe('seen');
    expect(processor.counts.exported).toBe(1);
  });

  it('refuses a format that it has not', () => {
    expect(() => new ConsoleSpanExporter({ format: 'xml' as never })).toThrow(TracingConfigError);
  });
});
