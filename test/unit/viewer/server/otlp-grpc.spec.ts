import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import {
  type ListeningGrpc,
  listenGrpc,
  loadGrpcPackage,
  type OtlpGrpcOptions,
} from '../../../../lib/viewer/server/otlp-grpc.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import { idOf, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(options: Partial<OtlpGrpcOptions> = {}) {
  const lines: string[] = [];
  const store = new TraceStore({ maxBytes: 64 * 2 ** 20, maxTraces: 100 });
  const diagnostics = new Diagnostics({ warn: (line) => lines.push(line) });
  const listening = await listenGrpc(
    {
      store,
      host: '127.0.0.1',
      port: 0,
      token: undefined,
      diagnostics,
      onMetrics: () => {},
      ...options,
    },
    grpc as never,
  );
  if (listening !== undefined) closers.push(() => listening.close());
  return { store, lines, listening };
}

function call(
  { port }: ListeningGrpc,
  path: string,
  request: Buffer,
  { authorization, isCompressed = false }: { authorization?: string; isCompressed?: boolean } = {},
): Promise<Buffer> {
  const compression = isCompressed ? { 'grpc.default_compression_algorithm': 2 } : {};
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    ...compression,
    'grpc.max_send_message_length': -1,
  });
  closers.push(() => client.close());
  const metadata = new grpc.Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  const identity = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, identity, identity, request, metadata, (error, response) => {
      if (error === null) resolve(response as Buffer);
      else reject(error);
    });
  });
}

const REQUEST = protobufRequest(requestOf([spanOf(1, 1), spanOf(1, 2)]));

describe('OTLP over gRPC', () => {
  it.each([false, true])('is stored; compressed: %s', async (isCompressed) => {
    const { store, listening } = await listen();
    const response = await call(listening as ListeningGrpc, TRACES, REQUEST, { isCompressed });
    expect([response.length, store.counts().spans.stored]).toEqual([0, 2]);
  });

  it('takes and drops metrics, and counts their requests', async () => {
    let count = 0;
    const { listening } = await listen({ onMetrics: () => count++ });
    const response = await call(listening as ListeningGrpc, METRICS, Buffer.from([10, 0]));
    expect([response.length, count]).toEqual([0, 1]);
  });

  it('takes logs', async () => {
    const { store, listening } = await listen();
    const logRecords = [{ traceId: idOf(1, 32), body: { stringValue: 'x' } }];
    const text = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    await call(
      listening as ListeningGrpc,
      LOGS,
      jsonToProtobuf(Buffer.from(text), LOGS_REQUEST) as Buffer,
    );
    expect(store.logs.countOf(idOf(1, 32))).toBe(1);
  });

  it('tells what is refused', async () => {
    const { listening } = await listen();
    const request = protobufRequest(requestOf([spanOf(1, 1, { spanId: '' })]));
    const response = await call(listening as ListeningGrpc, TRACES, request);
    // partial_success.rejected_spans = 1
    expect(response.subarray(2, 4).toString('hex')).toBe('0801');
  });

  it('refuses what cannot be read, and messages that are too long', async () => {
    const { listening, store } = await listen();
    const words = call(listening as ListeningGrpc, TRACES, Buffer.from('words'));
    await expect(words).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    const long = call(listening as ListeningGrpc, TRACES, Buffer.alloc(65 * 2 ** 20));
    await expect(long).rejects.toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED });
    expect(gzipSync(Buffer.alloc(65 * 2 ** 20)).length).toBeLessThan(2 ** 20);
    const bomb = call(listening as ListeningGrpc, TRACES, Buffer.alloc(65 * 2 ** 20), {
      isCompressed: true,
    });
    await expect(bomb).rejects.toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED });
    expect(store.counts().spans.received).toBe(0);
  });

  it('demands the token', async () => {
    const { listening, store } = await listen({ token: 'secret' });
    for (const authorization of [undefined, 'Bearer wrong', 'secret']) {
      const refused = call(listening as ListeningGrpc, TRACES, REQUEST, { authorization });
      await expect(refused).rejects.toMatchObject({ code: grpc.status.UNAUTHENTICATED });
    }
    await call(listening as ListeningGrpc, TRACES, REQUEST, { authorization: 'Bearer secret' });
    expect(store.counts().spans.received).toBe(2);
  });

  it('does without a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closers.push(() => other.close());
    const { port } = other.address() as { port: number };
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const { listening, lines } = await listen({ port });
    expect(listening).toBeUndefined();
    expect(printed.mock.calls).toEqual([]);
    printed.mockRestore();
    expect(lines).toEqual([
      expect.stringContaining(`OTLP over gRPC is not received: port ${port} cannot be used`),
    ]);
  });

  it('does without the package, and says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-grpc-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    expect(loadGrpcPackage(folder)).toBeUndefined();
    expect(loadGrpcPackage()).toHaveProperty('Server');
    const lines: string[] = [];
    const diagnostics = new Diagnostics({ warn: (line) => lines.push(line) });
    const store = new TraceStore({ maxBytes: 1e6, maxTraces: 1 });
    const options = {
      store,
      host: '127.0.0.1',
      port: 0,
      token: undefined,
      diagnostics,
      onMetrics: () => {},
    };
    // What `loadGrpcPackage` gives there.
    expect(await listenGrpc(options, null as never)).toBeUndefined();
    expect(lines).toEqual([
      'OTLP over gRPC is not received: the package @grpc/grpc-js is not installed.',
    ]);
  });
});
