import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { OtlpSpanExporter, type OtlpSpanExporterOptions } from '../../../../lib/export/index.js';
import { Collector } from '../../../integration/export/collector.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';

describe.each(['http/protobuf', 'http/json'] as const)('by %s', (protocol) => {
  describeSpanExporter({
    name: 'OtlpSpanExporter',
    create: async () => {
      const collector = await Collector.start();
      return {
        exporter: new OtlpSpanExporter({ url: collector.url, protocol }),
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
});
