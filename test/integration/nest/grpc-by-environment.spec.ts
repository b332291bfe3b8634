import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  createTracing,
  type GrpcPackage,
  Tracer,
  TracingConfigError,
  TracingModule,
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

  it.each<[string, GrpcPackage | undefined, string]>([
    ['no package', undefined, 'OTEL_EXPORTER_OTLP_PROTOCOL'],
    ['another package', {} as GrpcPackage, 'OtlpGrpcSpanExporter.grpc'],
  ])('is refused at start with %s', async (_, grpcPackage, named) => {
    const imports = [TracingModule.forRoot({ grpcPackage })];
    const compiled = Test.createTestingModule({ imports }).compile();
    await expect(compiled).rejects.toThrow(TracingConfigError);
    await expect(compiled).rejects.toThrow(named);
  });
});
