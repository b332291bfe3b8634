import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  BatchSpanProcessor,
  OtlpSpanExporter,
  Tracer,
  TracingModule,
  TracingStatistics,
  ZipkinSpanExporter,
} from '../../../lib/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { Collector } from '../export/collector.js';
import { RawServer } from '../export/raw-server.js';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('an application with several destinations', () => {
  it('delivers to one while another hangs, and counts for each', async () => {
    const hanging = await RawServer.start(() => {});
    const collector = await Collector.start();
    stops.push(
      () => hanging.stop(),
      () => collector.stop(),
    );
    const diagnostics = new ReadDiagnostics();
    const imports = [
      TracingModule.forRoot({
        exporter: new OtlpSpanExporter({ url: collector.url }),
        spanProcessors: [
          {
            useFactory: () =>
              new BatchSpanProcessor(new ZipkinSpanExporter({ url: hanging.url }), {
                maxQueueSize: 100,
                maxExportBatchSize: 50,
                shutdownTimeoutMillis: 50,
                diagnostics,
              }),
          },
        ],
        batch: { maxExportBatchSize: 50 },
        registerGlobally: false,
        logger: { warn() {} },
      }),
    ];
    const module = await Test.createTestingModule({ imports }).compile();
    await module.init();
    const tracer = module.get(Tracer);
    for (let i = 0; i < 500; i++) {
      tracer.startSpan(`work ${i}`).end();
      if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
    }
    await module.close();

    expect(new Set(collector.spanNames).size).toBe(500);
    const [well, stuck] = module.get(TracingStatistics).counts().pipelines;
    expect(well).toMatchObject({ exported: 500, failed: 0, dropped: {}, queued: 0 });
    expect(stuck).toMatchObject({ exported: 0, failed: 50, queued: 0 });
    const { queue_full = 0, shutdown_timeout = 0 } = stuck?.dropped ?? {};
    expect(diagnostics.lines).toEqual([
      expect.stringMatching(
        /^Spans for ZipkinSpanExporter are dropped: the queue is full with 100/,
      ),
      expect.stringMatching(
        /^ZipkinSpanExporter could not deliver 50 spans: POST http.*: the time for the shutdown was over\./,
      ),
      expect.stringMatching(
        /^Delivery by ZipkinSpanExporter has ended; 500 spans were lost, 100 of them because the time for/,
      ),
    ]);
    expect({ queue_full, shutdown_timeout }).toEqual({ queue_full: 350, shutdown_timeout: 100 });
  });
});
