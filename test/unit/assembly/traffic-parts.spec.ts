import { afterEach, describe, expect, it } from '@jest/globals';
import { ProxyTracerProvider } from '@opentelemetry/api';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import type { TracingSettings } from '../../../lib/assembly/tracing-options.js';
import { configureTraffic } from '../../../lib/assembly/traffic-parts.js';
import { currentTracer } from '../../../lib/context/index.js';
import { CHANNEL_LIBRARIES } from '../../../lib/database/channels/channel-options.js';
import { channelLibrariesOf } from '../../../lib/database/database-settings.js';
import { tracedQueryable } from '../../../lib/database/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { grpcClientHandlerOf } from '../../../lib/grpc/client/index.js';
import { grpcServerHandlerOfProcess } from '../../../lib/grpc/server/grpc-server-handler.js';
import { createTracedFetch } from '../../../lib/http/index.js';
import { jobHandlerOf } from '../../../lib/jobs/index.js';
import { SpanRecorder, traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTestTracing = tracingsOfTest();
const fetchDouble = async () => new Response('');
const metadata = {
  get: () => [],
  set: () => {},
  remove: () => {},
  getMap: () => ({}),
  clone: () => metadata,
};

describe('configureTraffic', () => {
  it('gives tracedFetch the options of http.client', async () => {
    const { recorder } = createTestTracing({
      http: { client: { redactedQueryKeys: ['token'], propagateTo: [] } },
    });
    let sent: RequestInit | undefined;
    const tracedFetch = createTracedFetch({
      fetch: async (_input, init) => {
        sent = init;
        return new Response('');
      },
    });
    await tracedFetch('http://stock/?token=t');
    expect(recorder.takeSpan().attributes['url.full']).toBe('http://stock/?token=REDACTED');
    expect(new Headers(sent?.headers).has('traceparent')).toBe(false);
  });

  it('gives tracedFetch the methods that the environment knows, but for options', async () => {
    const diagnostics = new Diagnostics({ warn() {} });
    const variables = { OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'PURGE' };
    const environment = readEnvironment(diagnostics, variables);
    const { tracer, recorder } = createTestTracing();
    const purge = () =>
      createTracedFetch({ fetch: fetchDouble })('http://cache/', { method: 'PURGE' });
    configureTraffic(tracer, {}, environment);
    await purge();
    expect(recorder.takeSpan().name).toBe('PURGE');
    configureTraffic(tracer, { http: { client: { knownMethods: ['GET'] } } }, environment);
    await purge();
    expect(recorder.takeSpan().name).toBe('HTTP');
  });

  it('reads the channels of databases, but beside another SDK only those that an option names', () => {
    const environment = readEnvironment(new Diagnostics({ warn() {} }), {});
    const { tracer } = createTestTracing();
    const librariesOf = (settings: TracingSettings) => {
      configureTraffic(tracer, settings, environment);
      return [...channelLibrariesOf(tracer)];
    };
    const tracerProvider = new ProxyTracerProvider();
    expect(librariesOf({})).toEqual([...CHANNEL_LIBRARIES]);
    expect(librariesOf({ tracerProvider })).toEqual([]);
    expect(librariesOf({ tracerProvider, database: { channels: ['mysql2'] } })).toEqual(['mysql2']);
  });

  it('gives database clients the options of database', async () => {
    const { recorder } = createTestTracing({ database: { queryText: 'none' } });
    const client = tracedQueryable(
      { query: async (_text: string) => [] },
      { system: 'postgresql' },
    );
    await client.query('SELECT 1');
    expect(recorder.takeSpan().attributes['db.query.text']).toBeUndefined();
  });

  it('gives queues the options of jobs, and ends the spans of open jobs at the shutdown', () => {
    const { tracer, tracing, recorder } = createTestTracing({ jobs: { ignore: ['heartbeats'] } });
    const handler = jobHandlerOf(tracer);
    const job = { system: 'bullmq', metadata: undefined } as const;
    expect(handler.beginProcess({ ...job, queue: 'heartbeats' })).toBeUndefined();
    handler.beginProcess({ ...job, queue: 'mail' });
    expect(recorder.openSpans).toHaveLength(1);
    void tracing.shutdown();
    expect(recorder.takeSpan().name).toBe('process mail');
  });

  it('gives the interceptors of both sides of gRPC their options', () => {
    const { tracer } = createTestTracing({
      grpc: { client: { ignore: ['a.B/C'] }, server: { ignore: ['d.E/F'] } },
    });
    const client = grpcClientHandlerOf(tracer);
    const server = grpcServerHandlerOfProcess();
    const incoming = (method: string) => ({
      method,
      isKnownMethod: true,
      metadata: metadata as never,
      host: undefined,
      peer: undefined,
    });
    expect(client.begin('a.B/C', metadata as never, 'orders:1')).toBeUndefined();
    expect(server?.begin(incoming('d.E/F'))).toBeUndefined();
    const [sent, received] = [
      client.begin('d.E/F', metadata as never, 'orders:1'),
      server?.begin(incoming('a.B/C')),
    ];
    expect([sent?.method, received?.span.isRecording()]).toEqual(['d.E/F', true]);
  });
});

describe('a tracing', () => {
  const recorder = new SpanRecorder();

  afterEach(() => recorder.verify());

  it('ends the spans of gRPC calls that are open when it is shut down', async () => {
    const tracing = createTracing({ registerGlobally: false, spanProcessors: [recorder] });
    grpcClientHandlerOf(tracing.tracer).begin('a.B/C', metadata as never, 'orders:1');
    expect(recorder.openSpans).toHaveLength(1);
    await tracing.shutdown();
    expect(traceAsText(recorder.takeSpans(), { attributes: ['rpc.status_code'] })).toBe(
      'a.B/C [client] rpc.status_code=CANCELLED ERROR "The application shut down"',
    );
  });

  it('that cannot be started leaves nothing behind', () => {
    const options = { spanProcessors: [recorder], http: { client: { knownMethods: [] } } };
    expect(() => createTracing(options)).toThrow('http.client.knownMethods must');
    expect(currentTracer()).toBeUndefined();
  });
});
