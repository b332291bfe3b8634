import { afterEach, describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  type ExportResult,
  ZipkinSpanExporter,
  type ZipkinSpanExporterOptions,
} from '../../../../lib/export/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { VERSION } from '../../../../lib/version.js';
import { type Answer, Collector } from '../../../integration/export/collector.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { endedSpans } from '../../../support/span-source.js';
import { KNOWN_SPAN } from '../otlp/sample-spans.js';

const accept: Answer = (_, response) => response.writeHead(202).end();

function urlOf(collector: Collector): string {
  return collector.url.replace('/v1/traces', '/api/v2/spans');
}

function namesAt(collector: Collector): string[] {
  return collector.requests.flatMap(({ body }) =>
    (JSON.parse(body.toString()) as { name: string }[]).map(({ name }) => name),
  );
}

function exportTo(exporter: ZipkinSpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

describeSpanExporter({
  name: 'ZipkinSpanExporter',
  create: async () => {
    const collector = await Collector.start(accept);
    return {
      exporter: new ZipkinSpanExporter({ url: urlOf(collector) }),
      deliveredNames: () => namesAt(collector),
      close: () => collector.stop(),
    };
  },
  createFailing: async () => {
    const collector = await Collector.start((_, response) => response.writeHead(400).end());
    return {
      exporter: new ZipkinSpanExporter({ url: urlOf(collector) }),
      close: () => collector.stop(),
    };
  },
});

const opened: Collector[] = [];

async function open(answer: Answer): Promise<Collector> {
  const collector = await Collector.start(answer);
  opened.push(collector);
  return collector;
}

afterEach(async () => {
  for (const collector of opened.splice(0)) await collector.stop();
});

describe('ZipkinSpanExporter', () => {
  it('posts JSON to the API', async () => {
    const collector = await open(accept);
    const exporter = new ZipkinSpanExporter({ url: urlOf(collector), headers: { 'api-key': 'k' } });
    expect(await exportTo(exporter, endedSpans(2))).toEqual({ code: 0 });
    expect(collector.requests).toMatchObject([
      {
        method: 'POST',
        path: '/api/v2/spans',
        headers: {
          'content-type': 'application/json',
          'user-agent': `nestjs-traced/${VERSION}`,
          'api-key': 'k',
        },
      },
    ]);
    await exporter.shutdown();
  });

  it('counts spans that cannot be read as rejected, and delivers the others', async () => {
    const collector = await open(accept);
    const diagnostics = new ReadDiagnostics();
    const exporter = new ZipkinSpanExporter({ url: urlOf(collector), diagnostics });
    const rotten = {
      ...KNOWN_SPAN,
      spanContext: () => {
        throw new Error('rotten');
      },
    };
    expect(await exportTo(exporter, [KNOWN_SPAN, rotten])).toEqual({
      code: 0,
      rejectedCount: 1,
      error: new Error('1 span could not be read: Error: rotten'),
    });
    expect(await exportTo(exporter, [rotten])).toEqual({
      code: 1,
      error: new Error('1 span could not be read: Error: rotten'),
    });
    expect(namesAt(collector)).toEqual(['get /a']);
    expect(diagnostics.lines).toEqual([
      'Spans could not be read and were not exported: Error: rotten',
    ]);
    await exporter.shutdown();
  });

  it('tells why Zipkin refused them', async () => {
    const collector = await open((_, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('no list of spans');
    });
    const exporter = new ZipkinSpanExporter({ url: urlOf(collector) });
    expect(await exportTo(exporter, endedSpans(1))).toMatchObject({
      code: 1,
      error: { message: expect.stringMatching(/400 Bad Request: no list of spans$/) },
    });
    await exporter.shutdown();
  });

  it.each<[string, ZipkinSpanExporterOptions]>([
    ['a URL that is none', { url: 'zipkin:9411' }],
    ['a compression that is none', { compression: 'br' as never }],
    ['no concurrency', { concurrencyLimit: 0 }],
    ['no time', { timeoutMillis: 0 }],
  ])('refuses %s', (_, options) => {
    expect(() => new ZipkinSpanExporter(options)).toThrow(TracingConfigError);
  });
});
