import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createTracing, FileSpanExporter } from '../../../../lib/core.js';
import { FormatError } from '../../../../lib/viewer/formats/json-input.js';
import { receiveFile } from '../../../../lib/viewer/store/receive-file.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import { idOf, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { storedTraceText } from '../../../support/stored-trace-text.js';

const ONE = requestOf([spanOf(1, 1), spanOf(1, 2, { parentSpanId: idOf(1, 16) })]);
const TWO = requestOf([spanOf(2, 1)]);
const JAEGER_SPAN = {
  traceID: 'a',
  spanID: 'b',
  operationName: 'GET /',
  startTime: 1_700_000_000_000_000,
  duration: 1_000,
  processID: 'p1',
};
const JAEGER = {
  traceID: 'a',
  spans: [
    JAEGER_SPAN,
    {
      ...JAEGER_SPAN,
      spanID: 'c',
      references: [{ refType: 'CHILD_OF', traceID: 'a', spanID: 'b' }],
    },
  ],
  processes: { p1: { serviceName: 'frontend' } },
};

function newStore(): TraceStore {
  return new TraceStore({ maxBytes: 1e7, maxTraces: 100 });
}

/** The traces that come of a file, as text. */
function tracesOf(content: string | Buffer): string[] {
  const store = newStore();
  receiveFile(Buffer.from(content), store);
  return [...store.entries()].map(storedTraceText);
}

describe('receiveFile', () => {
  const both = ['span 1 @orders\n  span 2 @orders', 'span 1 @orders'];

  it.each<[string, string | Buffer]>([
    ['a request in each line', `${JSON.stringify(ONE)}\n${JSON.stringify(TWO)}\n`],
    [
      'requests over several lines',
      `${JSON.stringify(ONE, null, 2)}${JSON.stringify(TWO, null, 2)}`,
    ],
    ['a list of requests', JSON.stringify([ONE, TWO])],
    [
      'an export of Tempo',
      JSON.stringify({ batches: [...ONE.resourceSpans, ...TWO.resourceSpans] }),
    ],
    ['protobuf', Buffer.concat([protobufRequest(ONE), protobufRequest(TWO)])],
    ['a byte order mark', `\uFEFF${JSON.stringify([ONE, TWO])}`],
  ])('reads %s', (_case, content) => {
    expect(tracesOf(content)).toEqual(both);
  });

  it('reads protobuf that begins like a text', () => {
    for (let length = 0; length < 200; length++) {
      const request = protobufRequest(requestOf([spanOf(1, 1, { name: 'x'.repeat(length) })]));
      expect(tracesOf(request)).toHaveLength(1);
    }
  });

  it.each([
    ['one trace', JAEGER],
    ['an answer of its API', { data: [JAEGER], total: 0 }],
    ['several', [JAEGER]],
  ])('reads JSON of Jaeger: %s', (_case, json) => {
    expect(tracesOf(JSON.stringify(json))).toEqual(['GET / @frontend\n  GET / @frontend']);
  });

  it('reads what the file exporter of this library has written', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'nestjs-traced-'));
    try {
      const exporter = new FileSpanExporter({ directory });
      const tracing = createTracing({ serviceName: 'orders', exporter });
      tracing.tracer.trace('place', () => tracing.tracer.trace('reserve', () => undefined));
      tracing.tracer.trace('find', () => undefined);
      await tracing.shutdown();
      await exporter.shutdown();
      const [file] = readdirSync(directory);
      const content = readFileSync(join(directory, file as string));
      const texts = tracesOf(content).map((text) => text.replaceAll(/ [\w.]+=\S+/g, ''));
      expect(texts).toEqual(['place @orders\n  reserve @orders', 'find @orders']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('counts what came, was refused, and was there already', () => {
    const store = newStore();
    const spans = [spanOf(1, 1), spanOf(1, 2, { spanId: '' })];
    const content = Buffer.from(JSON.stringify(requestOf(spans)));
    expect(receiveFile(content, store)).toEqual({ received: 2, refused: 1, duplicate: 0 });
    expect(receiveFile(content, store)).toEqual({ received: 2, refused: 1, duplicate: 1 });
    const jaeger = { ...JAEGER, spans: [JAEGER_SPAN, { ...JAEGER_SPAN, spanID: 'none' }] };
    expect(receiveFile(Buffer.from(JSON.stringify(jaeger)), store)).toEqual({
      received: 2,
      refused: 1,
      duplicate: 0,
    });
  });

  it.each([
    ['words', 'words'],
    ['other JSON', '{"a":1}'],
    ['an empty list', '[]'],
    ['JSON that breaks off', JSON.stringify(ONE).slice(0, -1)],
    ['other bytes', Buffer.from([0xff, 0xff, 0xff])],
  ])('refuses %s', (_case, content) => {
    const store = newStore();
    expect(() => receiveFile(Buffer.from(content), store)).toThrow(FormatError);
    expect(store.counts().spans.received).toBe(0);
  });

  it('makes no objects of files that are long', () => {
    const long = Buffer.from(`[${'{},'.repeat(12_000_000)}{}]`);
    expect(() => receiveFile(long, newStore())).toThrow('It is longer than 32 MiB');
  });
});
