import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchSpanProcessor } from '../../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  type ExportResult,
  OtlpGrpcSpanExporter,
  type OtlpGrpcSpanExporterOptions,
} from '../../../../lib/export/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { findRefusingUrl, RawServer } from '../../../integration/export/raw-server.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { endedSpans, providerFor } from '../../../support/span-source.js';
import { expectedSpan } from '../otlp/expected-otlp.js';
import { spansOf, writeResponse } from '../otlp/read-otlp.js';
import { type GrpcAnswer, TraceService } from './trace-service.js';

const { status } = grpc;
const stops: (() => unknown)[] = [];

async function serve(
  answer?: GrpcAnswer,
  credentials?: grpc.ServerCredentials,
): Promise<TraceService> {
  const service = await TraceService.start(answer, credentials);
  stops.push(() => service.stop());
  return service;
}

/** The URL of a server that speaks no gRPC. */
async function raw(onConnect: (socket: Socket) => unknown): Promise<string> {
  const server = await RawServer.start(() => {}, onConnect);
  stops.push(() => server.stop());
  return server.url.replace('/v1/traces', '');
}

function create(options: Partial<OtlpGrpcSpanExporterOptions>): OtlpGrpcSpanExporter {
  const exporter = new OtlpGrpcSpanExporter({
    grpc,
    retry: { maxRetries: 2, initialBackoffMillis: 1 },
    ...options,
  });
  stops.unshift(() => exporter.shutdown());
  return exporter;
}

function exportTo(exporter: OtlpGrpcSpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

function certificate(name: string): Buffer {
  const path = `../../../integration/export/certificates/${name}.pem`;
  return readFileSync(new URL(path, import.meta.url));
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describeSpanExporter({
  name: 'OtlpGrpcSpanExporter',
  opensBatches: true,
  create: async () => {
    const service = await TraceService.start();
    const diagnostics = new ReadDiagnostics();
    return {
      exporter: new OtlpGrpcSpanExporter({ grpc, url: service.url, diagnostics }),
      deliveredNames: () => service.spanNames,
      close: () => service.stop(),
    };
  },
  createFailing: async () => {
    const service = await TraceService.start((reply) => reply({ code: status.INVALID_ARGUMENT }));
    return {
      exporter: new OtlpGrpcSpanExporter({ grpc, url: service.url }),
      close: () => service.stop(),
    };
  },
});

describe('OtlpGrpcSpanExporter', () => {
  it.each(['none', 'gzip'] as const)('sends spans, compressed by %s', async (compression) => {
    const service = await serve();
    const exporter = create({ url: service.url, compression, headers: { 'Api-Key': 'k' } });
    const spans = endedSpans(3);
    expect(await exportTo(exporter, spans)).toEqual({ code: 0 });
    expect(service.messages.flatMap(spansOf)).toEqual(spans.map(expectedSpan));
    expect(service.metadata[0]?.get('api-key')).toEqual(['k']);
    expect(service.metadata[0]?.get('user-agent')[0]).toMatch(/^nestjs-traced\/.* OTel-OTLP-/);
  });

  it('sends spans by TLS to a server that proves who it is', async () => {
    const keys = [{ private_key: certificate('server-key'), cert_chain: certificate('server') }];
    const service = await serve(undefined, grpc.ServerCredentials.createSsl(null, keys));
    const url = service.url.replace('http://127.0.0.1', 'https://localhost');
    const exporter = create({ url, tls: { ca: certificate('ca') } });
    expect(await exportTo(exporter, endedSpans(1))).toEqual({ code: 0 });
    const distrusting = create({ url, timeoutMillis: 500 });
    expect(await exportTo(distrusting, endedSpans(1))).toMatchObject({ code: 1 });
    expect(service.callCount).toBe(1);
  });

  it('counts what a server rejects of what it takes', async () => {
    const partialSuccess = { rejectedSpans: 2, errorMessage: 'too old' };
    const service = await serve((reply) => reply(null, writeResponse({ partialSuccess })));
    const diagnostics = new ReadDiagnostics();
    const exporter = create({ url: service.url, diagnostics });
    expect(await exportTo(exporter, endedSpans(3))).toMatchObject({ code: 0, rejectedCount: 2 });
    expect(diagnostics.lines).toEqual([
      'The OTLP server rejected spans of a batch: 2 of them, too old',
    ]);
  });

  it.each([
    ['UNAVAILABLE', status.UNAVAILABLE, 3],
    ['ABORTED', status.ABORTED, 3],
    ['INVALID_ARGUMENT', status.INVALID_ARGUMENT, 1],
    ['UNAUTHENTICATED', status.UNAUTHENTICATED, 1],
    ['RESOURCE_EXHAUSTED', status.RESOURCE_EXHAUSTED, 1],
    ['UNIMPLEMENTED', status.UNIMPLEMENTED, 1],
  ])('gives up after %s as often as OTLP has it', async (name, code, callCount) => {
    const service = await serve((reply) => reply({ code, details: 'no' }));
    const exporter = create({ url: service.url });
    const tries = callCount > 1 ? ` \\(after ${callCount} tries\\)` : '';
    expect(await exportTo(exporter, endedSpans(2))).toMatchObject({
      code: 1,
      error: { message: expect.stringMatching(new RegExp(`${name}: no${tries}$`)) },
    });
    expect(service.callCount).toBe(callCount);
  });

  it('sends it again when the server was busy for a moment', async () => {
    const service = await serve((reply, index) =>
      index === 0 ? reply({ code: status.UNAVAILABLE }) : reply(null, Buffer.alloc(0)),
    );
    expect(await exportTo(create({ url: service.url }), endedSpans(2))).toEqual({ code: 0 });
    expect(service.callCount).toBe(2);
  });

  it.each<[string, () => Promise<string>]>([
    ['never answers', async () => (await serve(() => {})).url],
    ['is not there', async () => (await findRefusingUrl()).replace('/v1/traces', '')],
    ['has no address', async () => 'http://collector.invalid:4317'],
    ['resets every connection', () => raw((socket) => socket.resetAndDestroy())],
    ['speaks HTTP/1.1', () => raw((socket) => socket.write('HTTP/1.1 400 No\r\n\r\n'))],
    [
      'speaks no TLS',
      async () => (await raw(() => {})).replace('http://127.0.0.1', 'https://localhost'),
    ],
  ])('loses and counts what is for a server that %s, also at the end', async (_, start) => {
    const diagnostics = new ReadDiagnostics();
    const exporter = create({ url: await start(), timeoutMillis: 200, diagnostics });
    const processor = new BatchSpanProcessor(exporter, {
      maxExportBatchSize: 2,
      shutdownTimeoutMillis: 50,
      diagnostics,
    });
    const { tracer } = providerFor(processor);
    for (let i = 0; i < 2; i++) tracer.startSpan(`work ${i}`).end();
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 0, failed: 2, dropped: {}, queued: 0 });
    for (let i = 0; i < 4; i++) tracer.startSpan(`late ${i}`).end();
    await processor.shutdown();
    const { exported, failed, dropped, queued } = processor.counts;
    expect({ exported, queued }).toEqual({ exported: 0, queued: 0 });
    expect(failed + (dropped.shutdown_timeout ?? 0)).toBe(6);
  });

  it.each<[string, Partial<OtlpGrpcSpanExporterOptions>]>([
    ['no package', { grpc: undefined as never }],
    ['another package', { grpc: {} as never }],
    ['a URL that is none', { url: 'collector:4317' }],
    ['a compression that is none', { compression: 'br' as never }],
    ['no time', { timeoutMillis: 0 }],
    ['a key without its certificate', { url: 'https://c:4317', tls: { key: 'key' } }],
    ['certificates in several parts', { url: 'https://c:4317', tls: { ca: ['a', 'b'] } }],
  ])('refuses %s', (_, options) => {
    expect(() => new OtlpGrpcSpanExporter({ grpc, ...options })).toThrow(TracingConfigError);
  });
});
