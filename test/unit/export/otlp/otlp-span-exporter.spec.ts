import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  type ExportResult,
  OtlpSpanExporter,
  type OtlpSpanExporterOptions,
} from '../../../../lib/export/index.js';
import { OTLP_USER_AGENT } from '../../../../lib/export/otlp/otlp-http.js';
import { spansOverHttp } from '../../../../lib/export/otlp/otlp-span-exporter.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { VERSION } from '../../../../lib/version.js';
import { accept, Collector } from '../../../integration/export/collector.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { endedSpans } from '../../../support/span-source.js';
import { until } from '../../../support/until.js';
import { KNOWN_SPAN } from './sample-spans.js';

describe.each(['http/protobuf', 'http/json'] as const)('by %s', (protocol) => {
  describeSpanExporter({
    name: 'OtlpSpanExporter',
    opensBatches: protocol === 'http/protobuf',
    create: async () => {
      const collector = await Collector.start();
      const diagnostics = new ReadDiagnostics();
      return {
        exporter: new OtlpSpanExporter({ url: collector.url, protocol, diagnostics }),
        deliveredNames: () => collector.spanNames,
        close: () => collector.stop(),
      };
    },
    createFailing: async () => {
      const collector = await Collector.start((_request, response) => {
        response.writeHead(400).end();
      });
      return {
        exporter: new OtlpSpanExporter({ url: collector.url, protocol }),
        close: () => collector.stop(),
      };
    },
  });
});

describe('OtlpSpanExporter', () => {
  it.each<[string, OtlpSpanExporterOptions]>([
    ['a URL that is none', { url: 'collector' }],
    ['a URL of another kind', { url: 'grpc://collector:4317' }],
    ['an empty URL', { url: '' }],
    ['a protocol that is none', { protocol: 'grpc' as never }],
    ['a compression that is none', { compression: 'br' as never }],
    ['no time', { timeoutMillis: 0 }],
    ['a time that is no number', { timeoutMillis: Number.NaN }],
    ['no concurrency', { concurrencyLimit: 0 }],
    ['a header name with a space', { headers: { 'api key': 'x' } }],
    ['a header value with a line break', { headers: { 'api-key': 'x\ny' } }],
    ['a header that describes the body', { headers: { 'Content-Type': 'text/plain' } }],
    ['headers that are a text', { headers: 'a=b' as never }],
    ['retries below none', { retry: { maxRetries: -1 } }],
    ['a jitter above all', { retry: { jitterRatio: 2 } }],
    ['a certificate that is none', { tls: { cert: 'cert.pem', key: 'key.pem' } }],
  ])('refuses %s', (_, options) => {
    expect(() => new OtlpSpanExporter(options)).toThrow(TracingConfigError);
  });

  it('keeps a secret out of what it says about a header', () => {
    const headers = { 'api-key': 'secret\nsecret' };
    expect(() => new OtlpSpanExporter({ headers })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });

  it('fails what would be one export too many at once, and takes the next', async () => {
    const held: (() => void)[] = [];
    const collector = await Collector.start((request, response) => {
      held.push(() => accept(request, response));
    });
    const exporter = new OtlpSpanExporter({ url: collector.url, concurrencyLimit: 1 });
    const first = exportTo(exporter, endedSpans(1));
    expect(await exportTo(exporter, endedSpans(1))).toEqual({
      code: 1,
      error: new Error('1 exports are already under way'),
    });
    await until(
      () => held.length === 1,
      () => held.length,
    );
    held.shift()?.();
    expect(await first).toEqual({ code: 0 });
    const third = exportTo(exporter, endedSpans(1));
    await until(
      () => held.length === 1,
      () => held.length,
    );
    held.shift()?.();
    expect(await third).toEqual({ code: 0 });
    await exporter.shutdown();
    await collector.stop();
  });

  it('counts spans that cannot be read as rejected, and delivers the others', async () => {
    const collector = await Collector.start();
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpSpanExporter({ url: collector.url, diagnostics });
    const rotten = Object.create(KNOWN_SPAN, {
      name: {
        get: () => {
          throw new Error('rotten');
        },
      },
    }) as ReadableSpan;
    expect(await exportTo(exporter, [KNOWN_SPAN, rotten])).toMatchObject({
      code: 0,
      rejectedCount: 1,
    });
    expect(await exportTo(exporter, [rotten])).toEqual({
      code: 1,
      error: new Error('1 span could not be read: Error: rotten'),
    });
    expect(collector.spanNames).toEqual(['GET /a']);
    expect(diagnostics.lines).toEqual([
      'Spans could not be read and were not exported: Error: rotten',
    ]);
    await exporter.shutdown();
    await collector.stop();
  });

  it('survives a call back that throws', async () => {
    const collector = await Collector.start();
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpSpanExporter({ url: collector.url, diagnostics });
    exporter.export(endedSpans(1), () => {
      throw new Error('boom');
    });
    await exporter.forceFlush();
    expect(diagnostics.lines).toEqual(['A callback of an export threw: Error: boom']);
    await exporter.shutdown();
    await collector.stop();
  });
});

describe('otlpOverHttp', () => {
  it.each([
    ['http/protobuf', 'application/x-protobuf'],
    ['http/json', 'application/json'],
  ] as const)('sends %s as %s', (protocol, contentType) => {
    const { encoding, userAgent } = spansOverHttp(protocol);
    expect(encoding.contentType).toBe(contentType);
    expect(userAgent).toMatch(/ OTel-OTLP-Exporter-JavaScript\//);
  });
});

describe('OTLP_USER_AGENT', () => {
  it('names us before the kind of exporter', () => {
    expect(OTLP_USER_AGENT).toBe(
      `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`,
    );
  });
});

function exportTo(exporter: OtlpSpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}
