import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import type { ExportResult, SpanBatch } from '../../../lib/export/index.js';
import {
  type RemoteExporterOptions,
  RemoteSpanExporter,
} from '../../../lib/export/remote-span-exporter.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { describeSpanExporter } from '../../suites/span-exporter.suite.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { endedSpan, endedSpans } from '../../support/span-source.js';

/**
 * An exporter whose requests are the names of spans, one a line; a span called `rotten` cannot be read.
 *
 * @param answer what the server does with a request
 */
function exporterFor(
  answer: (names: string[]) => unknown = () => {},
  options: Partial<RemoteExporterOptions> = {},
) {
  const diagnostics = new ReadDiagnostics();
  const requests: string[][] = [];
  const seen = { encoded: 0, released: 0, closed: 0 };
  const exporter = new RemoteSpanExporter({
    owner: 'TestExporter',
    encoding: {
      contentType: 'text/plain',
      encode: async (spans) => {
        seen.encoded++;
        const names = spans.map(({ name }) => name).filter((name) => name !== 'rotten');
        const skippedCount = spans.length - names.length;
        return {
          body: Buffer.from(names.join('\n')),
          skippedCount,
          skipCause: skippedCount > 0 ? new Error('it is rotten') : undefined,
          release: () => {
            seen.released++;
          },
        };
      },
    },
    sender: {
      send: async (body) => {
        if (seen.closed > 0) throw new Error('closed');
        const names = body.toString().split('\n');
        requests.push(names);
        await answer(names);
        return { body: Buffer.from(String(names.length)), contentType: 'text/count' };
      },
      close: async () => {
        seen.closed++;
      },
    },
    timeoutMillis: 10_000,
    concurrencyLimit: undefined,
    diagnostics,
    ...options,
  });
  return { exporter, requests, seen, lines: diagnostics.lines };
}

function named(...names: string[]): ReadableSpan[] {
  return names.map((name) => endedSpan(name));
}

function exportTo(exporter: RemoteSpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

describeSpanExporter({
  name: 'RemoteSpanExporter',
  create: () => {
    const { exporter, requests } = exporterFor();
    return { exporter, deliveredNames: () => requests.flat() };
  },
  createFailing: () => ({
    exporter: exporterFor(() => Promise.reject(new Error('no'))).exporter,
  }),
});

describe('RemoteSpanExporter', () => {
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
    expect(seen.closed).toBe(1);
  });

  describe('what a server rejects of what it takes', () => {
    it('is counted, and told with its reason', async () => {
      const { exporter } = exporterFor(undefined, {
        readResponse: ({ body, contentType }, requestContentType) => ({
          rejectedSpanCount: 2,
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
        readResponse: () => ({ rejectedSpanCount: 99, errorMessage: '' }),
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
          body.toString() === '1' ? { rejectedSpanCount: 99, errorMessage: 'no' } : undefined,
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
        error: new Error('1 spans could not be read'),
      });
      expect(requests).toEqual([['a', 'b']]);
      expect(lines).toEqual(['Spans could not be read and were not exported: Error: it is rotten']);
    });

    it('are a failure where there are no others, and nothing is sent', async () => {
      const { exporter, requests } = exporterFor();
      expect(await exportTo(exporter, named('rotten', 'rotten'))).toEqual({
        code: 1,
        error: new Error('The spans could not be read: Error: it is rotten'),
      });
      expect(requests).toEqual([]);
    });
  });

  describe('spans that are too many bytes for one request', () => {
    it('go out in halves, and halves of them, in order', async () => {
      const { exporter, requests, seen } = exporterFor(undefined, { maxRequestBytes: 5 });
      const names = ['aa', 'bb', 'cc', 'dd', 'ee'];
      expect(await exportTo(exporter, named(...names))).toEqual({ code: 0 });
      expect(requests).toEqual([['aa', 'bb'], ['cc'], ['dd', 'ee']]);
      // All that was encoded is let go of, also what was not sent.
      expect(seen).toMatchObject({ encoded: 5, released: 5 });
    });

    it('fail alone where one of them is, and are counted', async () => {
      const { exporter, requests } = exporterFor(undefined, { maxRequestBytes: 5 });
      expect(await exportTo(exporter, named('a', 'far too long', 'b', 'c'))).toEqual({
        code: 0,
        rejectedCount: 1,
        error: new Error('The request would be 12 bytes long, more than 5'),
      });
      expect(requests).toEqual([['a'], ['b', 'c']]);
    });

    it('fail all where each of them is', async () => {
      const { exporter, requests } = exporterFor(undefined, { maxRequestBytes: 1 });
      expect(await exportTo(exporter, named('aa', 'bb', 'cc'))).toEqual({
        code: 1,
        error: new Error('The request would be 2 bytes long, more than 1'),
      });
      expect(requests).toEqual([]);
    });

    it('are counted half by half', async () => {
      const { exporter } = exporterFor(
        (names) => (names.includes('c') ? Promise.reject(new Error('no c')) : undefined),
        { maxRequestBytes: 4 },
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
          send: async (_body, deadline) => {
            sentCount++;
            await new Promise((resolve) => setTimeout(resolve, deadline - performance.now() + 5));
            throw new Error('no answer');
          },
          close: async () => {},
        },
      });
      expect(await exportTo(exporter, named('aa', 'bb'))).toEqual({
        code: 1,
        error: new Error('no answer'),
      });
      expect(sentCount).toBe(1);
    });

    it('end with the exporter between two halves', async () => {
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

  describe('spans that are encoded as they come', () => {
    /** A batch whose body has as many bytes as it is told. */
    function encodingOf(byteCount: number, skippedCount = 0): RemoteExporterOptions['encoding'] {
      return {
        contentType: 'text/plain',
        encode: () => Promise.reject(new Error('nothing comes at once')),
        openBody: () => ({
          add: () => 10,
          seal: () => {},
          finish: () => ({
            ...{ body: Buffer.alloc(byteCount, 'x'), skippedCount, release: () => {} },
            skipCause: new Error('it is rotten'),
          }),
        }),
      };
    }

    function batchFor(options: Partial<RemoteExporterOptions>, answer?: () => unknown) {
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

    it('fail where they are too long for one request, and nothing is sent', async () => {
      const { outcome, requests } = batchFor({ encoding: encodingOf(3), maxRequestBytes: 2 });
      expect(await outcome()).toMatchObject({
        code: 1,
        error: { message: expect.stringMatching(/3 bytes/) },
      });
      expect(requests).toEqual([]);
    });

    it('are counted where they could not be read', async () => {
      const { outcome, lines } = batchFor({ encoding: encodingOf(3, 1) });
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
