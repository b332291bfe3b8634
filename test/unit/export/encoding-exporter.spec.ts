import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { TracingConfigError } from '../../../lib/errors.js';
import type { OpenBody } from '../../../lib/export/encoding.js';
import type { EncodingExporterOptions } from '../../../lib/export/encoding-exporter.js';
import type { ExportResult, SpanBatch } from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { describeSpanExporter } from '../../suites/span-exporter.suite.js';
import { exporterFor, exportTo, named } from '../../support/names-exporter.js';
import { endedSpans } from '../../support/span-source.js';
import { until } from '../../support/until.js';

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

    it.each([
      [undefined, 10],
      [1, 1],
      [5, 1],
      [6, 2],
      [1000, 333],
    ])('of which %p may be under way are declared as a third: %i', (concurrencyLimit, declared) => {
      const { exporter } = exporterFor(undefined, { concurrencyLimit });
      expect(exporter.maxConcurrentExports).toBe(declared);
    });

    it('are declared as 1 where `export` is overridden', () => {
      const { exporter } = exporterFor();
      exporter.export = (_spans, callback) => callback({ code: 0 });
      expect(exporter.maxConcurrentExports).toBe(1);
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
