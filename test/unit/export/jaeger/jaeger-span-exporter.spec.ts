import { afterEach, describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  type ExportResult,
  JaegerSpanExporter,
  type JaegerSpanExporterOptions,
} from '../../../../lib/export/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { type Answer, Collector } from '../../../integration/export/collector.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { endedSpan, endedSpans } from '../../../support/span-source.js';
import { stockSpans } from '../../../support/stock-spans.js';
import { KNOWN_SPAN } from '../otlp/sample-spans.js';
import { readBatch, type ThriftStruct } from './read-batch.js';

/** Answers as Jaeger's receiver on port 14268 does. */
const accept: Answer = ({ headers, body }, response) => {
  const isThrift = headers['content-type'] === 'application/vnd.apache.thrift.binary';
  if (isThrift) readBatch(body);
  response.writeHead(isThrift ? 202 : 400).end();
};

async function startReceiver(answer = accept): Promise<{ collector: Collector; url: string }> {
  const collector = await Collector.start(answer);
  return { collector, url: collector.url.replace('/v1/traces', '/api/traces') };
}

function batchesAt(collector: Collector): ThriftStruct[] {
  return collector.requests.map(({ body }) => readBatch(body));
}

function namesAt(collector: Collector): string[] {
  return batchesAt(collector).flatMap(({ spans }) =>
    spans.map(({ operationName }: ThriftStruct) => operationName as string),
  );
}

function exportTo(exporter: JaegerSpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

describe('JaegerSpanExporter', () => {
  it('shows a subclass the spans that it exports', () => {
    class Watching extends JaegerSpanExporter {
      override export(): void {}
    }
    expect(new Watching().openBatch()).toBeUndefined();
  });

  it('speaks for itself', () => {
    const create = () => new JaegerSpanExporter({ timeoutMillis: 0 });
    expect(create).toThrow('JaegerSpanExporter.timeoutMillis');
  });
});

describe('by Thrift', () => {
  describeSpanExporter({
    name: 'JaegerSpanExporter',
    create: async () => {
      const { collector, url } = await startReceiver();
      return {
        exporter: new JaegerSpanExporter({ url }),
        deliveredNames: () => namesAt(collector),
        close: () => collector.stop(),
      };
    },
    createFailing: async () => {
      const { collector, url } = await startReceiver((_, response) =>
        response.writeHead(400).end(),
      );
      return { exporter: new JaegerSpanExporter({ url }), close: () => collector.stop() };
    },
  });
});

describe('by OTLP', () => {
  describeSpanExporter({
    name: 'JaegerSpanExporter',
    opensBatches: true,
    create: async () => {
      const collector = await Collector.start();
      const diagnostics = new ReadDiagnostics();
      return {
        exporter: new JaegerSpanExporter({ url: collector.url, diagnostics }),
        deliveredNames: () => collector.spanNames,
        close: () => collector.stop(),
      };
    },
    createFailing: async () => {
      const collector = await Collector.start((_, response) => response.writeHead(400).end());
      return {
        exporter: new JaegerSpanExporter({ url: collector.url }),
        close: () => collector.stop(),
      };
    },
  });
});

const opened: Collector[] = [];

async function open(answer?: Answer) {
  const receiver = await startReceiver(answer);
  opened.push(receiver.collector);
  return receiver;
}

afterEach(async () => {
  for (const collector of opened.splice(0)) await collector.stop();
});

describe('JaegerSpanExporter', () => {
  it('sends a batch for each resource, with its spans of all scopes', async () => {
    const { collector, url } = await open();
    const exporter = new JaegerSpanExporter({ url });
    const first = endedSpan();
    const ofOtherScope = { ...KNOWN_SPAN, resource: first.resource };
    const spans = [first, ...stockSpans(), ofOtherScope];
    expect(await exportTo(exporter, spans)).toEqual({ code: 0 });
    expect(collector.requests[0]?.headers['user-agent']).toMatch(/^nestjs-traced\//);
    expect(
      batchesAt(collector).map(({ process, spans }) => [process.serviceName, spans.length]),
    ).toEqual([
      ['orders', 2],
      [expect.stringMatching(/^unknown_service/), 2],
    ]);
    await exporter.shutdown();
  });

  it('tells how many spans of several resources were refused', async () => {
    const { url } = await open((request, response, index) => {
      if (index === 0) response.writeHead(400, { 'content-type': 'text/plain' }).end('bad batch');
      else accept(request, response, index);
    });
    const exporter = new JaegerSpanExporter({ url });
    expect(await exportTo(exporter, [...endedSpans(3), ...stockSpans()])).toEqual({
      code: 0,
      rejectedCount: 3,
      error: expect.objectContaining({
        message: expect.stringMatching(/400 Bad Request: bad batch$/),
      }),
    });
    await exporter.shutdown();
  });

  it('sends it again when the receiver is busy', async () => {
    const { collector, url } = await open((request, response, index) => {
      if (index === 0) response.writeHead(503).end();
      else accept(request, response, index);
    });
    const exporter = new JaegerSpanExporter({ url, retry: { initialBackoffMillis: 1 } });
    expect(await exportTo(exporter, [endedSpan()])).toEqual({ code: 0 });
    expect(collector.requests).toHaveLength(2);
    await exporter.shutdown();
  });

  it('counts spans that cannot be read', async () => {
    const { url } = await open();
    const spanContext = () => ({ traceId: 'none', spanId: 'none', traceFlags: 1 });
    const rotten = { ...KNOWN_SPAN, spanContext };
    const diagnostics = new ReadDiagnostics();
    const exporter = new JaegerSpanExporter({ url, diagnostics });
    expect(await exportTo(exporter, [KNOWN_SPAN, rotten])).toMatchObject({
      code: 0,
      rejectedCount: 1,
    });
    expect(await exportTo(exporter, [rotten])).toEqual({
      code: 1,
      error: expect.objectContaining({ message: expect.stringContaining('could not be read') }),
    });
    expect(diagnostics.lines).toEqual([
      expect.stringMatching(
        /^Spans could not be read and were not exported: TypeError: '0+none' is no id$/,
      ),
    ]);
    await exporter.shutdown();
  });

  it.each<[string, JaegerSpanExporterOptions, RegExp]>([
    [
      'JSON on the port for Thrift',
      { url: 'http://jaeger:14268/api/traces', protocol: 'http/json' },
      /where Jaeger accepts Thrift only.*Leave it out for Thrift, or send OTLP to port 4318/,
    ],
    [
      'OTLP on the path for Thrift',
      { url: 'http://jaeger/api/traces', protocol: 'http/protobuf' },
      /must be 'thrift' for http:\/\/jaeger\/api\/traces.*where Jaeger accepts Thrift only/,
    ],
    ['Thrift on the path for OTLP', { protocol: 'thrift' }, /is a URL of OTLP/],
    ['a protocol that is none', { protocol: 'udp' as never }, /must be one of/],
    ['a URL that is none', { url: 'jaeger:6831' }, /^JaegerSpanExporter.url must be a URL/],
    ['no concurrency', { url: 'http://jaeger:14268/api/traces', concurrencyLimit: 0 }, /Limit/],
  ])('refuses %s', (_, options, message) => {
    const create = () => new JaegerSpanExporter(options);
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow(message);
  });

  it.each<[string, JaegerSpanExporterOptions]>([
    ['no options', {}],
    ['JSON by OTLP', { protocol: 'http/json' }],
    ['the port for Thrift without a path', { url: 'http://jaeger:14268' }],
    ['Thrift behind a proxy', { url: 'https://proxy/jaeger/api/traces' }],
    ['Thrift at a path of its own', { url: 'https://proxy/thrift', protocol: 'thrift' }],
  ])('takes %s', async (_, options) => {
    await expect(new JaegerSpanExporter(options).shutdown()).resolves.toBeUndefined();
  });
});
