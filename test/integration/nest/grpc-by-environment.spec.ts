import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  createTracing,
  type GrpcPackage,
  Tracer,
  Tracing,
  TracingConfigError,
  TracingHealthIndicator,
  TracingModule,
  TracingStatistics,
} from '../../../lib/index.js';
import { TraceService } from '../../unit/export/otlp-grpc/trace-service.js';

let service: TraceService;

beforeEach(async () => {
  service = await TraceService.start();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = service.url;
  process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'grpc';
  process.env.OTEL_EXPORTER_OTLP_HEADERS = 'api-key=k';
});

afterEach(() => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  delete process.env.OTEL_EXPORTER_OTLP_PROTOCOL;
  delete process.env.OTEL_EXPORTER_OTLP_HEADERS;
  service.stop();
});

describe('an environment that asks for OTLP over gRPC', () => {
  it('gets it with the package that the module is given', async () => {
    const imports = [TracingModule.forRoot({ serviceName: 'orders', grpcPackage: grpc })];
    const module = await Test.createTestingModule({ imports }).compile();
    await module.init();
    module.get(Tracer).startSpan('by the module').end();
    await module.close();
    expect(service.spanNames).toEqual(['by the module']);
    expect(service.metadata[0]?.get('api-key')).toEqual(['k']);
  });

  it('gets it without Nest', async () => {
    const tracing = createTracing({ grpcPackage: grpc, registerGlobally: false });
    tracing.tracer.startSpan('without Nest').end();
    await tracing.shutdown();
    expect(service.spanNames).toEqual(['without Nest']);
  });

  it('is refused at start with another package, which is an option', async () => {
    const imports = [TracingModule.forRoot({ grpcPackage: {} as GrpcPackage })];
    const compiled = Test.createTestingModule({ imports }).compile();
    await expect(compiled).rejects.toThrow(TracingConfigError);
    await expect(compiled).rejects.toThrow('OtlpGrpcSpanExporter.grpc');
  });

  it('lets the application run without a package, and shows that nothing is exported', async () => {
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message) };
    const imports = [TracingModule.forRoot({ registerGlobally: false, logger })];
    const module = await Test.createTestingModule({ imports }).compile();
    await module.init();
    const reason = expect.stringMatching(
      /^No spans are exported: OTEL_EXPORTER_OTLP_\[TRACES_\]PROTOCOL is grpc, but the option grpcPackage is not given\./,
    );
    expect(warnings).toEqual([reason]);
    module.get(Tracer).startSpan('undelivered').end();
    await module.get(Tracing).forceFlush();
    expect(module.get(TracingStatistics).counts()).toMatchObject({
      lost: 1,
      pipelines: [{ failed: 1, exporter: { isFailing: true, lastError: { message: reason } } }],
    });
    expect(
      module.get(TracingHealthIndicator).isHealthy('tracing', { failingForMillis: 0 }),
    ).toMatchObject({ tracing: { status: 'down', failing: [{ error: reason }] } });
    await module.close();
    expect(service.spanNames).toEqual([]);
  });
});
