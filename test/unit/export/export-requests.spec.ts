import { describe, expect, it } from '@jest/globals';
import type { SpanBatch } from '../../../lib/export/index.js';
import { ProtobufEncoding } from '../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../../lib/export/otlp/protobuf-span.js';
import { type SendControl, SendError } from '../../../lib/export/sender.js';
import { acceptsUpTo, exporterFor, exportTo, named } from '../../support/names-exporter.js';
import { endedSpans } from '../../support/span-source.js';
import { readRequest, spansOf } from './otlp/read-otlp.js';

describe('ExportRequests', () => {
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

    it('has a deadline that begins again after a process was stopped, and not before', async () => {
      const moved: number[] = [];
      const { exporter } = exporterFor(undefined, {
        timeoutMillis: 5,
        sender: {
          send: async (_body, control) => {
            const { deadline } = control;
            control.restartIfStopped?.();
            moved.push(control.deadline - deadline);
            // Blocks the process, and with it all timers.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100);
            control.restartIfStopped?.();
            moved.push(control.deadline - deadline);
            return { body: Buffer.alloc(0), contentType: undefined };
          },
          isFasterInParallel: true,
          endSoon: () => {},
          close: async () => {},
        },
      });
      expect(await exportTo(exporter, named('a'))).toEqual({ code: 0 });
      expect(moved[0]).toBe(0);
      expect(moved[1]).toBeGreaterThan(1_000);
    });
  });
});
