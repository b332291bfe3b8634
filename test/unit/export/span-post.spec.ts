import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { type HttpExportOptions, planPosts } from '../../../lib/export/span-post.js';
import { type Answer, accept, Collector } from '../../integration/export/collector.js';

const BODY = Buffer.from('spans');
const closes: (() => unknown)[] = [];

async function postTo(answer: Answer, options: HttpExportOptions = {}) {
  const collector = await Collector.start(answer);
  closes.push(() => collector.stop());
  const plan = planPosts(
    {
      owner: 'TestExporter',
      defaultUrl: collector.url,
      userAgent: 'test/1',
      encoding: {
        contentType: 'text/spans',
        encode: () => Promise.reject(new Error('asked to encode')),
      },
    },
    options,
  );
  closes.unshift(() => plan.sender.close());
  const send = () => plan.sender.send(BODY, performance.now() + plan.timeoutMillis);
  return { plan, send, collector };
}

afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

describe('planPosts', () => {
  it('plans posts of what was encoded, and hands on the answer', async () => {
    const { send, collector } = await postTo((_request, response) => {
      response.writeHead(202, { 'content-type': 'text/plain' }).end('thanks');
    });
    expect(await send()).toEqual({ body: Buffer.from('thanks'), contentType: 'text/plain' });
    expect(collector.requests).toMatchObject([
      {
        path: '/v1/traces',
        headers: { 'content-type': 'text/spans', 'user-agent': 'test/1' },
        body: BODY,
      },
    ]);
  });

  it('has them compressed where it is told to', async () => {
    const { send, collector } = await postTo(accept, { compression: 'gzip' });
    await send();
    const [request] = collector.requests;
    expect(request?.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(request?.body ?? '')).toEqual(BODY);
  });

  it('passes on what the server said about a refusal', async () => {
    const { send } = await postTo((_request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('not like this');
    });
    await expect(send()).rejects.toThrow(/400 Bad Request: not like this$/);
  });

  it('gives up at the deadline, which may be nearer than the timeout', async () => {
    const { plan } = await postTo(() => {}, { timeoutMillis: 60_000 });
    await expect(plan.sender.send(BODY, performance.now() + 50)).rejects.toThrow(
      /: no answer within 60000 ms$/,
    );
  });

  it.each<[string, HttpExportOptions]>([
    ['url', { url: 'collector' }],
    ['compression', { compression: 'br' as never }],
    ['timeoutMillis', { timeoutMillis: 0 }],
    ['headers', { headers: { 'Content-Type': 'a' } }],
    ['retry', { retry: { maxRetries: -1 } }],
  ])('names its owner where it refuses %s', async (option, options) => {
    const refused = postTo(accept, options);
    await expect(refused).rejects.toThrow(TracingConfigError);
    await expect(refused).rejects.toThrow(`TestExporter.${option}`);
  });
});
