import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import type { ExportResult } from '../../../../lib/export/index.js';
import { ThriftSpanExporter } from '../../../../lib/export/jaeger/thrift-span-exporter.js';
import { Collector } from '../../../integration/export/collector.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';
import { endedSpans } from '../span-source.js';
import { readBatch, type ThriftStruct } from './read-batch.js';

describeSpanExporter({
  name: 'ThriftSpanExporter',
  create: async () => {
    const collector = await Collector.start((_, response) => response.writeHead(202).end());
    return {
      exporter: new ThriftSpanExporter({ url: collector.url, compression: 'none' }),
      deliveredNames: () =>
        collector.requests
          .flatMap(({ body }) => readBatch(body).spans as ThriftStruct[])
          .map(({ operationName }) => operationName as string),
      close: () => collector.stop(),
    };
  },
  createFailing: async () => {
    const collector = await Collector.start((_, response) => response.writeHead(400).end());
    return {
      exporter: new ThriftSpanExporter({ url: collector.url }),
      close: () => collector.stop(),
    };
  },
});

describe('ThriftSpanExporter', () => {
  it('speaks for the exporter that the user made', () => {
    const create = () => new ThriftSpanExporter({ timeoutMillis: 0 });
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow('JaegerExporter.timeoutMillis');
  });

  it('says in what form the spans come', async () => {
    const collector = await Collector.start((_, response) => response.writeHead(202).end());
    const exporter = new ThriftSpanExporter({ url: collector.url });
    const result = await new Promise<ExportResult>((resolve) =>
      exporter.export(endedSpans(1), resolve),
    );
    await exporter.shutdown();
    await collector.stop();
    expect(result).toEqual({ code: 0 });
    expect(collector.requests[0]?.headers['content-type']).toBe(
      'application/vnd.apache.thrift.binary',
    );
  });
});
