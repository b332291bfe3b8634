import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { ListEncoding } from '../../../lib/export/encoded-list.js';
import type { OpenBody } from '../../../lib/export/encoding.js';
import {
  EncodingExporter,
  type EncodingExporterOptions,
} from '../../../lib/export/encoding-exporter.js';
import { SPAN_WORDS } from '../../../lib/export/exporter.js';
import type { ExportResult, SpanBatch } from '../../../lib/export/index.js';
import { ProtobufEncoding } from '../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../../lib/export/otlp/protobuf-span.js';
import { type SendControl, SendError } from '../../../lib/export/sender.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { describeSpanExporter } from '../../suites/span-exporter.suite.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { endedSpan, endedSpans } from '../../support/span-source.js';
import { until } from '../../support/until.js';
import { readRequest, spansOf } from './otlp/read-otlp.js';

/** Spans as their names, one a line; a span called `rotten` cannot be read. */
const NAMES = new ListEncoding<ReadableSpan>({
  contentType: 'text/plain',
  nameOf: ({ name }) => name,
  encode: ({ name }) => {
    if (name === 'rotten') throw new Error('it is rotten');
    return Buffer.from(name);
  },
  join: (spans) => Buffer.from(spans.map(({ bytes }) => bytes.toString()).join('\n')),
});

/**
 * An exporter whose requests are the names of spans, one a line.
 *
 * @param answer what the server does with a request
 */
function exporterFor(
  answer: (names: string[]) => unknown = () => {},
  options: Partial<EncodingExporterOptions<ReadableSpan>> = {},
) {
  const diagnostics = new ReadDiagnostics();
  const requests: string[][] = [];
  const seen = { opened: 0, released: 0, ending: 0, closed: 0, flushed: 0 };
  const exporter = new EncodingExporter({
    owner: 'TestExporter',
    words: SPAN_WORDS,
    encoding: {
      ...NAMES,
      openBody: (maxBytes) => {
        seen.opened++;
        const body = NAMES.openBody(maxBytes);
        const { finish } = body;
        body.finish = () => {
          const request = finish.call(body);
          return Object.assign(request, { release: () => seen.released++ });
        };
        return body;
      },
    },
    sender: {
      isFasterInParallel: true,
      send: async (body) => {
        if (seen.ending > 0) throw new Error('closed');
        const names = body.toString().split('\n');
        requests.push(names);
        await answer(names);
        return { body: Buffer.from(String(names.length)), contentType: 'text/count' };
      },
      flush: async () => {
        seen.flushed++;
      },
      endSoon: () => {
        seen.ending++;
      },
      close: async () => {
        seen.closed++;
      },
    },
    timeoutMillis: 10_000,
    concurrencyLimit: undefined,
    maxRequestBytes: undefined,
    diagnostics,
    ...options,
  });
  return { exporter, requests, seen, lines: diagnostics.lines };
}

/** A server that accepts requests of so many bytes. */
function acceptsUpTo(maxBytes: number): (names: string[]) => void {
  return (names) => {
    const { length } = names.join('\n');
    if (length > maxBytes) throw new SendError(`413 for ${length}`, 413, true);
  };
}

function named(...names: string[]): ReadableSpan[] {
  return names.map((name) => endedSpan(name));
}

function exportTo(
  exporter: EncodingExporter<ReadableSpan>,
  spans: ReadableSpan[],
): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

describeSpanExporter({
  name: 'EncodingExporter',
  create: () => {
    const { exporter, requests } = exporterFor();
    return { exporter, deliveredNames: () => requests.flat() };
  },
  createFailing: () => ({
    exporter: exporterFor(() => Promise.reject(new Error('no'))).exporter,
  }),
});

describe('EncodingExporter', () => {
  it('sends spans in one request, and lets go of its body afterwards', async () => {
    let releasedBefore = -1;
    const { exporter, requests, seen } = exporterFor(() => {
      releasedBefore = seen.released;
    });
    expect(await exportTo(exporter, endedSpans(3))).toEqual({ code: 0 });
    expect(requests).toEqual([['work 0', 'work 1', 'work 2']]);
    expect([releasedBefore, seen.released]).toEqual([0, 1]);
  });

  it('keeps the body of a request that failed, because a connection may still read it', async () => {
    const { exporter, seen } = exporterFor(() => Promise.reject(new Error('no')));
    expect(await exportTo(exporter, endedSpans(2))).toEqual({ code: 1, error: new Error('no') });
    expect(seen.released).toBe(0);
  });

  it('sends the groups apart, and counts those that failed', async () => {
    const { exporter, requests } = exporterFor(
      (names) => (names.includes('c') ? Promise.reject(new Error('no c')) : undefined),
      { group: (spans) => [spans.slice(0, 2), spans.slice(2)] },
    );
    expect(await exportTo(exporter, named('a', 'b', 'c', 'd', 'e'))).toEqual({
      code: 0,
      rejectedCount: 3,
      error: new Error('no c'),
    });
    expect(requests).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('refuses a limit of concurrency that is none, in the name of its owner', () => {
    const create = () => exporterFor(undefined, { concurrencyLimit: 0 });
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow('TestExporter.concurrencyLimit');
  });

  it('closes its sender when it is shut down', async () => {
    const { exporter, seen } = exporterFor();
    await exporter.shutdown();
    expect(seen).toMatchObject({ ending: 1, closed: 1 });
  });

  it('flushes its sender when it is flushed', async () => {
    const { exporter, seen } = exporterFor();
    await exporter.forceFlush();
    expect(seen.flushed).toBe(1);
  });

  describe('what a server rejects of what it takes', () => {
    it('is counted, and told with its reason', async () => {
      const { exporter } = exporterFor(undefined, {
        readResponse: ({ body, contentType }, requestContentType) => ({
          rejectedCount: 2,
          errorMessage: `${body} ${contentType} for ${requestContentType}`,
        }),
      });
      expect(await exportTo(exporter, endedSpans(3))).toEqual({
        code: 0,
        rejectedCount: 2,
        error: new Error('2 spans were rejected: 3 text/count for text/plain'),
      });
    });

    it('is a failure where it is all, or more', async () => {
      const { exporter } = exporterFor(undefined, {
        readResponse: () => ({ rejectedCount: 99, errorMessage: '' }),
      });
      expect(await exportTo(exporter, endedSpans(3))).toEqual({
        code: 1,
        error: new Error('99 spans were rejected: no reason given'),
      });
    });

    it('is no more than was in its request', async () => {
      const { exporter } = exporterFor(undefined, {
        group: (spans) => [spans.slice(0, 1), spans.slice(1)],
        readResponse: ({ body }) =>
          body.toString() === '1' ? { rejectedCount: 99, errorMessage: 'no' } : undefined,
      });
      expect(await exportTo(exporter, endedSpans(4))).toMatchObject({ code: 0, rejectedCount: 1 });
    });
  });

  describe('spans that cannot be read', () => {
    it('are counted and said, and the others are delivered', async () => {
      const { exporter, requests, lines } = exporterFor();
      expect(await exportTo(exporter, named('a', 'rotten', 'b'))).toEqual({
        code: 0,
        rejectedCount: 1,
        error: new Error('1 span could not be read: Error: it is rotten'),
      });
      expect(requests).toEqual([['a', 'b']]);
      expect(lines).toEqual(['Spans could not be read and were not exported: Error: it is rotten']);
    });

    it('are a failure where there are no others, and nothing is sent', async () => {
      const { exporter, requests } = exporterFor();
      expect(await exportTo(exporter, named('rotten', 'rotten'))).toEqual({
        code: 1,
        error: new Error('2 spans could not be read: Error: it is rotten'),
      });
      expect(requests).toEqual([]);
    });
  });

  describe('spans that are too many bytes for one request', () => {
    it('go out in several, each of which ends before the span that would make it too long', async () => {
      const { exporter, requests, seen } = exporterFor(undefined, { maxRequestBytes: 7 });
      expect(await exportTo(exporter, named('aa', 'bb', 'ccc', 'd', 'ee'))).toEqual({ code: 0 });
      expect(requests).toEqual([['aa', 'bb'], ['ccc', 'd'], ['ee']]);
      expect(seen).toMatchObject({ opened: 3, released: 3 });
    });

    it('let the event loop turn while they are encoded', async () => {
      let turns = 0;
      const turn = (): void => {
        turns++;
        immediate = setImmediate(turn);
      };
      let immediate = setImmediate(turn);
      const { exporter, requests } = exporterFor(undefined, {
        encoding: new ProtobufEncoding(PROTOBUF_SPANS),
        maxRequestBytes: 64 * 1024 * 1024,
      });
      const spans = endedSpans(3000);
      await exportTo(exporter, spans);
      clearImmediate(immediate);
      expect(turns).toBeGreaterThan(1);
      expect(requests).toHaveLength(1);
    });

    it.each([
      ['fails alone, unsent and with its name in the log, where the user gave the limit', 6, []],
      [
        'gets a request of its own where the user gave no limit',
        undefined,
        [['x'.repeat(2 ** 20)]],
      ],
    ])('and one that is longer than any request %s', async (_, maxRequestBytes, ownRequests) => {
      const { exporter, requests, lines } = exporterFor(undefined, { maxRequestBytes });
      const giant = 'x'.repeat(2 ** 20);
      const result = await exportTo(exporter, named('a', giant, 'b', 'c'));
      expect(requests).toEqual([['a'], ...ownRequests, ['b', 'c']]);
      if (maxRequestBytes === undefined) {
        expect([result, lines]).toEqual([{ code: 0 }, []]);
        return;
      }
      expect(result).toMatchObject({
        rejectedCount: 1,
        error: { message: 'The request would be 1048576 bytes long, more than 6' },
      });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^A span is too long for the receiver and was dropped: 'xxx/);
    });

    it('fail all where each of them is', async () => {
      const { exporter, requests } = exporterFor(undefined, { maxRequestBytes: 1 });
      expect(await exportTo(exporter, named('aa', 'bb', 'cc'))).toMatchObject({
        code: 1,
        error: { message: 'The request would be 2 bytes long, more than 1' },
      });
      expect(requests).toEqual([]);
    });

    it('are counted request by request', async () => {
      const { exporter } = exporterFor(
        (names) => (names.includes('c') ? Promise.reject(new Error('no c')) : undefined),
        { maxRequestBytes: 5 },
      );
      expect(await exportTo(exporter, named('a', 'rotten', 'b', 'c', 'd'))).toMatchObject({
        code: 0,
        rejectedCount: 3,
      });
    });

    it('have the time of one export together', async () => {
      let sentCount = 0;
      const { exporter } = exporterFor(undefined, {
        maxRequestBytes: 3,
        timeoutMillis: 100,
        sender: {
          send: async (_body, { deadline }) => {
            sentCount++;
            await new Promise((resolve) => setTimeout(resolve, deadline - performance.now() + 5));
            throw new Error('no answer');
          },
          isFasterInParallel: true,
          endSoon: () => {},
          close: async () => {},
        },
      });
      expect(await exportTo(exporter, named('aa', 'bb'))).toEqual({
        code: 1,
        error: new Error('no answer'),
      });
      expect(sentCount).toBe(1);
    });

    it('end with the exporter between two requests', async () => {
      const { exporter, requests } = exporterFor(() => void exporter.shutdown(), {
        maxRequestBytes: 3,
      });
      expect(await exportTo(exporter, named('aa', 'bb'))).toEqual({
        code: 0,
        rejectedCount: 1,
        error: new Error('closed'),
      });
      expect(requests).toEqual([['aa']]);
    });
  });

  describe('spans of a request that the receiver refuses for its length', () => {
    const names = ['aa', 'bb', 'cc', 'dd', 'ee'];

    it('are sent again in halves, and halves of them, in order', async () => {
      const { exporter, requests, lines } = exporterFor(acceptsUpTo(5));
      expect(await exportTo(exporter, named(...names))).toEqual({ code: 0 });
      expect(requests).toEqual([names, ['aa', 'bb'], ['cc', 'dd', 'ee'], ['cc'], ['dd', 'ee']]);
      expect(lines).toEqual([
        'A request is too long for the receiver; its spans are sent again in shorter requests. Set maxRequestBytes to the limit of the receiver: 14 bytes: 413 for 14',
      ]);
    });

    it('make later requests shorter', async () => {
      const { exporter, requests } = exporterFor(acceptsUpTo(50_000));
      const spans = () => named(...Array.from({ length: 100 }, () => 'x'.repeat(999)));
      expect(await exportTo(exporter, spans())).toEqual({ code: 0 });
      expect(requests.map(({ length }) => length)).toEqual([100, 50, 50]);
      requests.length = 0;
      expect(await exportTo(exporter, spans())).toEqual({ code: 0 });
      expect(requests.map(({ length }) => length)).toEqual([49, 49, 2]);
    });

    it('are dropped where one is refused alone, counted, and named in the log', async () => {
      const { exporter, requests, lines } = exporterFor(acceptsUpTo(600));
      const giant = 'x'.repeat(1000);
      expect(await exportTo(exporter, named('aa', giant, 'bb', 'cc'))).toEqual({
        code: 0,
        rejectedCount: 1,
        error: new SendError('413 for 1000'),
      });
      expect(requests).toEqual([
        ['aa', giant, 'bb', 'cc'],
        ['aa', giant],
        ['aa'],
        [giant],
        ['bb', 'cc'],
      ]);
      expect(lines).toContain(
        `A span is too long for the receiver and was dropped: '${'x'.repeat(100)}', 1000 bytes: 413 for 1000`,
      );
    });

    it('are not all sent where even a short one is refused', async () => {
      const { exporter, requests } = exporterFor(acceptsUpTo(0));
      expect(await exportTo(exporter, endedSpans(64))).toMatchObject({
        code: 1,
        error: { message: '413 for 6' },
      });
      expect(requests.map(({ length }) => length)).toEqual([64, 32, 16, 8, 4, 2, 1]);
    });

    it('are counted where a half of them fails for another reason', async () => {
      const { exporter } = exporterFor((sent) => {
        acceptsUpTo(5)(sent);
        if (sent.includes('bb')) throw new Error('no bb');
      });
      expect(await exportTo(exporter, named(...names))).toEqual({
        code: 0,
        rejectedCount: 2,
        error: new Error('no bb'),
      });
    });

    it('are sent again in halves where they were encoded as they ended', async () => {
      const sent: string[][] = [];
      const { exporter } = exporterFor(undefined, {
        encoding: new ProtobufEncoding(PROTOBUF_SPANS),
        sender: {
          send: async (body) => {
            const spanNames = spansOf(readRequest(body)).map(({ name }) => String(name));
            sent.push(spanNames);
            if (spanNames.length > 2) throw new SendError('413', 413, true);
            return { body: Buffer.alloc(0), contentType: undefined };
          },
          isFasterInParallel: true,
          endSoon: () => {},
          close: async () => {},
        },
      });
      const batch = exporter.openBatch() as SpanBatch;
      for (const span of named(...names)) batch.add(span);
      expect(await new Promise((resolve) => batch.export(resolve))).toEqual({ code: 0 });
      expect(sent).toEqual([names, ['aa', 'bb'], ['cc', 'dd', 'ee'], ['cc'], ['dd', 'ee']]);
    });
  });

  describe('the control of an export', () => {
    it('reaches the sender with every request', async () => {
      const controls: SendControl[] = [];
      const { exporter } = exporterFor(undefined, {
        maxRequestBytes: 2,
        sender: {
          send: async (_body, control) => {
            controls.push(control);
            return { body: Buffer.alloc(0), contentType: undefined };
          },
          isFasterInParallel: true,
          endSoon: () => {},
          close: async () => {},
        },
      });
      const control = { signal: new AbortController().signal, onRetry: () => {} };
      await new Promise((resolve) => exporter.export(named('aa', 'bb'), resolve, control));
      expect(controls.map(({ signal, onRetry }) => [signal, onRetry])).toEqual([
        [control.signal, control.onRetry],
        [control.signal, control.onRetry],
      ]);
    });
  });

  describe('exports', () => {
    function held(concurrencyLimit: number) {
      const finishes: (() => void)[] = [];
      const answer = () => new Promise<void>((resolve) => finishes.push(resolve));
      return { ...exporterFor(answer, { concurrencyLimit }), finish: () => finishes.shift()?.() };
    }

    it('fail where one is too many at once, and the next is taken', async () => {
      const { exporter, finish } = held(1);
      const first = exportTo(exporter, named('a'));
      expect(await exportTo(exporter, named('b'))).toEqual({
        code: 1,
        error: new Error('1 exports are already under way'),
      });
      finish();
      expect(await first).toEqual({ code: 0 });
      const third = exportTo(exporter, named('c'));
      await until(
        () => finish() === undefined,
        () => 'the third has not begun',
      );
      finish();
      await exporter.shutdown();
      await third;
    });

    it('run where nothing is traced', async () => {
      let isSuppressed = false;
      const { exporter } = exporterFor(() => {
        isSuppressed = contextStorage.active().suppressed;
      });
      await exportTo(exporter, named('a'));
      expect(isSuppressed).toBe(true);
    });

    it('have called back when a flush resolves', async () => {
      const { exporter, finish } = held(2);
      const order: string[] = [];
      exporter.export(named('a'), () => order.push('called back'));
      const flushed = exporter.forceFlush().then(() => order.push('flushed'));
      await new Promise((resolve) => setImmediate(resolve));
      finish();
      await flushed;
      expect(order).toEqual(['called back', 'flushed']);
    });

    it('survive a callback that throws', async () => {
      const { exporter, lines } = exporterFor();
      exporter.export(named('a'), () => {
        throw new Error('boom');
      });
      await exporter.forceFlush();
      expect(lines).toEqual(['A callback of an export threw: Error: boom']);
    });
  });

  describe('spans that are encoded as they come', () => {
    /** A body of as many bytes as it is told, which takes so many spans. */
    function encodingOf(byteCount: number, { skippedCount = 0, maxSpanCount = 9 } = {}) {
      const openBody = (): OpenBody<ReadableSpan> => {
        let itemCount = 0;
        return {
          get itemCount() {
            return itemCount - skippedCount;
          },
          skippedCount,
          skipCause: new Error('it is rotten'),
          add: () => (itemCount < maxSpanCount ? 10 * Math.sign(++itemCount) : 'full'),
          seal: () => {},
          finish: () => ({
            body: Buffer.alloc(byteCount, 'x'),
            itemCount: itemCount - skippedCount,
            release: () => {},
            halves: () => [],
            firstName: 'a',
          }),
        };
      };
      return { contentType: 'text/plain', encodesOneByOne: true, openBody };
    }

    const REJECTED = { rejectedCount: 1, errorMessage: 'no' };

    function batchFor(
      options: Partial<EncodingExporterOptions<ReadableSpan>>,
      answer?: () => unknown,
    ) {
      const subject = exporterFor(answer, options);
      const batch = subject.exporter.openBatch() as SpanBatch;
      const byteCounts = named('a', 'b').map((span) => batch.add(span));
      const outcome = (): Promise<ExportResult> => new Promise((resolve) => batch.export(resolve));
      return { ...subject, byteCounts, outcome };
    }

    it('are counted with their bytes, and sent in one request', async () => {
      const { byteCounts, outcome, requests } = batchFor({ encoding: encodingOf(3) });
      expect(byteCounts).toEqual([10, 10]);
      expect(await outcome()).toEqual({ code: 0 });
      expect(requests).toEqual([['xxx']]);
    });

    it('fail where the server takes nothing', async () => {
      const { outcome } = batchFor({ encoding: encodingOf(3) }, () => Promise.reject('no'));
      expect(await outcome()).toEqual({ code: 1, error: 'no' });
    });

    it('leave out what belongs into the next batch', async () => {
      const encoding = encodingOf(3, { maxSpanCount: 1 });
      const { byteCounts, outcome } = batchFor({ encoding, readResponse: () => REJECTED });
      expect(byteCounts).toEqual([10, 'full']);
      expect(await outcome()).toMatchObject({
        code: 1,
        error: { message: '1 spans were rejected: no' },
      });
    });

    it('fail where they are too long for one request, and nothing is sent', async () => {
      const encoding = encodingOf(3, { maxSpanCount: 1 });
      const { outcome, requests } = batchFor({ encoding, maxRequestBytes: 2 });
      expect(await outcome()).toMatchObject({
        code: 1,
        error: { message: expect.stringMatching(/3 bytes/) },
      });
      expect(requests).toEqual([]);
    });

    it('are counted where they could not be read', async () => {
      const { outcome, lines } = batchFor({ encoding: encodingOf(3, { skippedCount: 1 }) });
      expect(await outcome()).toMatchObject({ code: 0, rejectedCount: 1 });
      expect(lines).toHaveLength(1);
    });

    it('are refused after the shutdown', async () => {
      const { outcome, exporter } = batchFor({ encoding: encodingOf(3) });
      await exporter.shutdown();
      expect(await outcome()).toMatchObject({
        code: 1,
        error: { message: expect.stringMatching(/shut down/) },
      });
    });

    it('are not offered where spans go out in groups', () => {
      const group = (spans: readonly ReadableSpan[]) => [spans];
      const { exporter } = exporterFor(undefined, { encoding: encodingOf(3), group });
      expect(exporter.openBatch()).toBeUndefined();
    });
  });
});
