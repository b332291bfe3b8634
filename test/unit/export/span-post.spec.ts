import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { type HttpExportOptions, SpanPost } from '../../../lib/export/span-post.js';
import type { EncodedTraces } from '../../../lib/export/trace-encoding.js';
import { type Answer, accept, Collector } from '../../integration/export/collector.js';
import { ReadDiagnostics } from './exporter-doubles.js';
import { endedSpans } from './span-source.js';

const closes: (() => unknown)[] = [];
let releaseCount = 0;

async function postTo(
  answer: Answer,
  encoded: Partial<EncodedTraces> = {},
  options: HttpExportOptions = {},
) {
  releaseCount = 0;
  const collector = await Collector.start(answer);
  closes.push(() => collector.stop());
  const diagnostics = new ReadDiagnostics();
  const post = new SpanPost(
    {
      owner: 'TestExporter',
      defaultUrl: collector.url,
      userAgent: 'test/1',
      encoding: {
        contentType: 'text/spans',
        encode: async () => ({
          body: Buffer.from('spans'),
          skippedCount: 0,
          skipCause: undefined,
          release: () => {
            releaseCount++;
          },
          ...encoded,
        }),
      },
      diagnostics,
    },
    options,
  );
  closes.unshift(() => post.close());
  return { post, collector, lines: diagnostics.lines };
}

afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

describe('SpanPost', () => {
  it('posts what was encoded, and lets go of it afterwards', async () => {
    const { post, collector } = await postTo(accept);
    expect(await post.post(endedSpans(1))).toMatchObject({
      skippedCount: 0,
      response: { status: 200 },
    });
    expect(releaseCount).toBe(1);
    expect(collector.requests).toMatchObject([
      {
        path: '/v1/traces',
        headers: { 'content-type': 'text/spans', 'user-agent': 'test/1' },
        body: Buffer.from('spans'),
      },
    ]);
  });

  it('compresses where it is told to', async () => {
    const { post, collector } = await postTo(accept, {}, { compression: 'gzip' });
    await post.post(endedSpans(1));
    const [request] = collector.requests;
    expect(request?.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(request?.body ?? '').toString()).toBe('spans');
  });

  it('says which spans could not be read, while others could', async () => {
    const skipped = { skippedCount: 1, skipCause: new Error('rotten') };
    const { post, lines } = await postTo(accept, skipped);
    expect(await post.post(endedSpans(2))).toMatchObject({ skippedCount: 1 });
    expect(lines).toEqual(['Spans could not be read and were not exported: Error: rotten']);
  });

  it('sends nothing when no span could be read', async () => {
    const skipped = { skippedCount: 2, skipCause: new Error('rotten') };
    const { post, collector } = await postTo(accept, skipped);
    await expect(post.post(endedSpans(2))).rejects.toThrow(
      'The spans could not be read: Error: rotten',
    );
    expect(collector.requests).toEqual([]);
  });

  it('sends nothing that is too long', async () => {
    const { post, collector } = await postTo(accept, { body: Buffer.alloc(64 * 1024 * 1024 + 1) });
    await expect(post.post(endedSpans(1))).rejects.toThrow(
      'The request would be 67108865 bytes long, more than 67108864',
    );
    expect(collector.requests).toEqual([]);
  });

  it('rejects with what the server said, and keeps the memory that the connection may read', async () => {
    const { post } = await postTo((_, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('not like this');
    });
    await expect(post.post(endedSpans(1))).rejects.toThrow(/400 Bad Request: not like this$/);
    expect(releaseCount).toBe(0);
  });

  it.each<[string, HttpExportOptions]>([
    ['url', { url: 'collector' }],
    ['compression', { compression: 'br' as never }],
    ['timeoutMillis', { timeoutMillis: 0 }],
    ['headers', { headers: { 'Content-Type': 'a' } }],
    ['retry', { retry: { maxRetries: -1 } }],
  ])('names its owner where it refuses %s', async (option, options) => {
    const refused = postTo(accept, {}, options);
    await expect(refused).rejects.toThrow(TracingConfigError);
    await expect(refused).rejects.toThrow(`TestExporter.${option}`);
  });
});
