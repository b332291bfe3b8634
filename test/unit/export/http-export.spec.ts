import { afterEach, describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { ListEncoding } from '../../../lib/export/encoded-list.js';
import { EncodingExporter } from '../../../lib/export/encoding-exporter.js';
import { SPAN_WORDS } from '../../../lib/export/exporter.js';
import {
  createHttpExporterOptions,
  createHttpSender,
  type HttpExportOptions,
} from '../../../lib/export/http-export.js';
import type { ExportResult } from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { type Answer, accept, Collector } from '../../integration/export/collector.js';
import { endedSpans } from '../../support/span-source.js';

const OWNER = 'TestExporter';
const closes: (() => unknown)[] = [];

/** The names of the spans, one a line. */
const encoding = new ListEncoding<ReadableSpan>({
  contentType: 'text/names',
  nameOf: ({ name }) => name,
  encode: ({ name }) => Buffer.from(name),
  join: (spans) => Buffer.from(spans.map(({ bytes }) => bytes.toString()).join('\n')),
});

async function startCollector(answer: Answer = accept): Promise<Collector> {
  const collector = await Collector.start(answer);
  closes.push(() => collector.stop());
  return collector;
}

function createExporter(
  defaultUrl: string,
  options: HttpExportOptions = {},
): EncodingExporter<ReadableSpan> {
  const format = { userAgent: 'test/1', words: SPAN_WORDS, encoding };
  const exporter = new EncodingExporter(
    createHttpExporterOptions(OWNER, defaultUrl, format, options),
  );
  closes.unshift(() => exporter.shutdown());
  return exporter;
}

function exportTo(exporter: EncodingExporter<ReadableSpan>): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(endedSpans(2), resolve));
}

afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

describe('an exporter with the options of createHttpExporterOptions', () => {
  it('posts encoded spans to its default URL', async () => {
    const collector = await startCollector();
    expect(await exportTo(createExporter(collector.url))).toEqual({ code: 0 });
    expect(collector.requests).toMatchObject([
      {
        path: '/v1/traces',
        headers: { 'content-type': 'text/names', 'user-agent': 'test/1' },
        body: Buffer.from('work 0\nwork 1'),
      },
    ]);
  });

  it('prefers the URL and the headers of its user', async () => {
    const collector = await startCollector();
    const headers = { 'User-Agent': 'mine', 'api-key': 'k' };
    await exportTo(createExporter('http://localhost:1', { url: collector.url, headers }));
    expect(collector.requests[0]?.headers).toMatchObject({ 'user-agent': 'mine', 'api-key': 'k' });
  });

  it('fails with the reason that the server gave', async () => {
    const collector = await startCollector((_request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('not like this');
    });
    expect(await exportTo(createExporter(collector.url))).toMatchObject({
      code: 1,
      error: { message: expect.stringMatching(/400 Bad Request: not like this$/) },
    });
  });

  it.each<[string, HttpExportOptions]>([
    ['url', { url: 'collector' }],
    ['compression', { compression: 'br' as never }],
    ['timeoutMillis', { timeoutMillis: 0 }],
    ['headers', { headers: { 'Content-Type': 'a' } }],
    ['retry', { retry: { maxRetries: -1 } }],
    ['concurrencyLimit', { concurrencyLimit: 0 }],
    ['maxRequestBytes', { maxRequestBytes: 0 }],
    ['maxRequestBytes', { maxRequestBytes: 64 * 1024 * 1024 + 1 }],
    ['maxRequestBytes', { maxRequestBytes: 1.5 }],
  ])('names its owner where it refuses %s', (option, options) => {
    const create = () => createExporter('http://localhost:1', options);
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow(`${OWNER}.${option}`);
  });
});

describe('createHttpSender', () => {
  it('makes a sender for a format without an exporter', async () => {
    const collector = await startCollector();
    const format = { userAgent: 'test/1', contentType: 'text/plain' };
    const sender = createHttpSender(OWNER, collector.url, format, {});
    closes.unshift(() => sender.close());
    const deadline = performance.now() + 5000;
    await sender.send(Buffer.from('body'), { deadline, signal: undefined, onRetry: () => {} });
    expect(collector.requests[0]?.headers).toMatchObject({
      'content-type': 'text/plain',
      'user-agent': 'test/1',
    });
  });
});
