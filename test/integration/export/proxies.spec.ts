import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { ForwardProxy, type ForwardProxyOptions } from '../../support/forward-proxy.js';
import { until } from '../../support/until.js';
import { TraceService } from '../../unit/export/otlp-grpc/trace-service.js';
import { type Answer, Collector } from './collector.js';
import {
  type AnyExporter,
  GRPC_EXPORTERS,
  HTTP_EXPORTERS,
  type HttpOptions,
} from './every-exporter.js';
import { findRefusingUrl, RawServer } from './raw-server.js';

const CREDENTIALS = 'operator:s3cr3t';
const ca = certificate('ca');
const serverTls = { cert: certificate('server'), key: certificate('server-key') };
const stops: (() => unknown)[] = [];
const variables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
const saved = variables.map((name) => [name, process.env[name]] as const);

afterEach(async () => {
  for (const [name, value] of saved) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  for (const stop of stops.splice(0)) await stop();
});

afterAll(() => {
  jest.restoreAllMocks();
});

function certificate(name: string): string {
  return readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');
}

/** A collector that does without the types of OTLP, for Zipkin and Jaeger. */
async function startCollector(
  tls?: typeof serverTls,
  answer: Answer = (_, response) => void response.end(),
): Promise<Collector> {
  const collector = await Collector.start(answer, tls);
  stops.push(() => collector.stop());
  return collector;
}

async function startProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const proxy = await ForwardProxy.start(options);
  stops.push(() => proxy.stop());
  return proxy;
}

function ofTest(exporter: AnyExporter): AnyExporter {
  stops.unshift(() => exporter.shutdown());
  return exporter;
}

const FAST = {
  retry: { maxRetries: 1, initialBackoffMillis: 1 },
  diagnostics: new ReadDiagnostics(),
};
const [[, , createSpans]] = HTTP_EXPORTERS as [(typeof HTTP_EXPORTERS)[0]];
const [[, createGrpcSpans]] = GRPC_EXPORTERS as [(typeof GRPC_EXPORTERS)[0]];

function createSpanExporter(options: HttpOptions): AnyExporter {
  return ofTest(createSpans({ ...FAST, ...options }));
}

describe.each(HTTP_EXPORTERS)('%s', (_, path, create) => {
  it('goes through the proxy of HTTP_PROXY, with its credentials', async () => {
    const collector = await startCollector();
    const proxy = await startProxy({
      credentials: CREDENTIALS,
      ports: { 'collector.test': collector.port },
    });
    process.env.HTTP_PROXY = proxy.urlFor(CREDENTIALS);
    const exporter = ofTest(create({ url: `http://collector.test${path}`, headers: { a: 'b' } }));
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(proxy.requests).toEqual([`POST http://collector.test${path}`]);
    expect(collector.requests).toMatchObject([
      { path, headers: { host: 'collector.test', a: 'b' } },
    ]);
  });

  it('goes through a tunnel of HTTPS_PROXY, which sees no headers and no bodies', async () => {
    const collector = await startCollector(serverTls);
    const proxy = await startProxy({
      credentials: CREDENTIALS,
      ports: { 'collector.test:443': collector.port },
    });
    process.env.https_proxy = proxy.urlFor(CREDENTIALS);
    const exporter = ofTest(
      create({
        url: `https://collector.test${path}`,
        headers: { 'api-key': 'k' },
        tls: { ca },
        agentOptions: { servername: 'localhost' } as HttpOptions['agentOptions'] & object,
      }),
    );
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    // The second export uses the connection of the first.
    expect(proxy.requests).toEqual(['CONNECT collector.test:443']);
    expect(proxy.headers[0]).not.toHaveProperty('api-key');
    expect(collector.requests).toMatchObject([
      { path, headers: { 'api-key': 'k', host: 'collector.test' } },
      { path },
    ]);
    expect(collector.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });
});

describe.each(GRPC_EXPORTERS)('%s by gRPC', (_, create) => {
  it.each([
    ['without TLS', undefined],
    ['with TLS', serverTls],
  ])('go through a tunnel %s', async (_tls, tls) => {
    const credentials =
      tls &&
      grpc.ServerCredentials.createSsl(null, [
        { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) },
      ]);
    const service = await TraceService.start(undefined, credentials);
    const proxy = await startProxy({ credentials: CREDENTIALS });
    stops.push(() => service.stop());
    const exporter = ofTest(
      create({
        url: `${tls ? 'https' : 'http'}://localhost:${service.port}`,
        proxy: proxy.urlFor(CREDENTIALS),
        tls: tls && { ca },
      }),
    );
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(service.callCount).toBe(1);
    expect(proxy.requests).toEqual([`CONNECT localhost:${service.port}`]);
  });
});

describe('the way to a receiver', () => {
  it('does not lead through a proxy for a host in NO_PROXY', async () => {
    const collector = await startCollector();
    const proxy = await startProxy();
    Object.assign(process.env, { HTTP_PROXY: proxy.url, NO_PROXY: '.test' });
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const url = `http://collector.test:${collector.port}/`;
    expect(await createSpanExporter({ url, agentOptions: { lookup } }).exportTwo()).toEqual({
      code: 0,
    });
    expect([collector.requests.length, proxy.requests]).toEqual([1, []]);
  });

  it.each(['localhost', '127.0.0.1'])(
    'does not lead through the proxies of the environment to %s',
    async (host) => {
      const collector = await startCollector();
      const service = await TraceService.start();
      stops.push(() => service.stop());
      const proxy = await startProxy();
      Object.assign(process.env, { HTTP_PROXY: proxy.url, ALL_PROXY: proxy.url });
      const url = `http://${host}:${collector.port}/`;
      expect(await createSpanExporter({ url }).exportTwo()).toEqual({ code: 0 });
      const grpcExporter = ofTest(createGrpcSpans({ url: `http://${host}:${service.port}` }));
      expect(await grpcExporter.exportTwo()).toEqual({ code: 0 });
      expect(proxy.requests).toEqual([]);
    },
  );

  it('leads through an IPv6 address of a proxy, to an IPv6 address', async () => {
    const collector = await startCollector();
    const proxy = await startProxy({ address: '::1', ports: { '[fd00::1]:4318': collector.port } });
    const url = 'http://[fd00::1]:4318/v1/traces';
    expect(await createSpanExporter({ url, proxy: proxy.url }).exportTwo()).toEqual({ code: 0 });
    const tls = { url: url.replace('http', 'https'), proxy: proxy.url };
    await createSpanExporter(tls).exportTwo();
    expect(proxy.requests.slice(0, 2)).toEqual([`POST ${url}`, 'CONNECT [fd00::1]:4318']);
  });

  it('leads through the proxy after a redirect, where headers of the user are not sent on', async () => {
    const target = await startCollector();
    const collector = await startCollector(undefined, (_, response) =>
      response.writeHead(308, { location: 'http://other.test/x' }).end(),
    );
    const ports = { 'collector.test': collector.port, 'other.test': target.port };
    const proxy = await startProxy({ credentials: CREDENTIALS, ports });
    const exporter = createSpanExporter({
      url: 'http://collector.test/',
      proxy: proxy.urlFor(CREDENTIALS),
      headers: { 'api-key': 'k' },
    });
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(proxy.requests).toEqual(['POST http://collector.test/', 'POST http://other.test/x']);
    expect(target.requests[0]?.headers).not.toHaveProperty('api-key');
  });
});

describe('a proxy in trouble', () => {
  const HTTP = 'http://collector.test/';
  const HTTPS = 'https://collector.test/';
  const TUNNEL = /the proxy http:\/\/127\.0\.0\.1:\d+ refused to connect to collector\.test:443: /;
  const WAY = /^POST https?:\/\/collector\.test\/ through the proxy http:\/\/127\.0\.0\.1:\d+: /;

  it.each([
    ['that wants a password', HTTP, 407, /: 407 .*; the proxy wants a user and a password/, 1],
    ['that wants a password', HTTPS, 407, /: 407 .*; the proxy wants a user and a password/, 1],
    ['that forbids the receiver', HTTP, 403, /: 403 Forbidden$/, 1],
    ['that forbids the receiver', HTTPS, 403, /: 403 Refused$/, 1],
    ['that does not reach the receiver', HTTP, 502, /: 502 Bad Gateway \(after 2 tries\)$/, 2],
    ['that does not reach the receiver', HTTPS, 502, /: 502 Refused \(after 2 tries\)$/, 2],
  ])('%s is named for %s', async (_, url, refusal, message, tries) => {
    const proxy = await startProxy({ refusal });
    const { error } = await createSpanExporter({
      url,
      proxy: proxy.urlFor(CREDENTIALS),
    }).exportTwo();
    expect(error?.message).toMatch(WAY);
    if (url === HTTPS) expect(error?.message).toMatch(TUNNEL);
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain('s3cr3t');
    expect(proxy.requests).toHaveLength(tries);
  });

  it('is named by exporters for gRPC, which the package does on the console only', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => {});
    const proxy = await startProxy({ refusal: 407 });
    const exporter = ofTest(
      createGrpcSpans({
        ...FAST,
        url: 'http://collector.test:4317',
        proxy: proxy.urlFor(CREDENTIALS),
      }),
    );
    const { error } = await exporter.exportTwo();
    expect(error?.message).toMatch(
      /^gRPC collector\.test:4317 through the proxy http:\/\/127\.0\.0\.1:\d+: the proxy \S+ refused to connect to collector\.test:4317: 407 .* a user and a password/,
    );
    expect(error?.message).not.toContain('s3cr3t');
  });

  it.each([HTTP, HTTPS])('that nobody runs is named for %s', async (url) => {
    const proxy = new URL(await findRefusingUrl()).origin;
    const { error } = await createSpanExporter({ url, proxy }).exportTwo();
    expect(error?.message).toMatch(
      /ECONNREFUSED \S+: nothing listens there\. .* \(after 2 tries\)$/,
    );
    expect(error?.message).toContain(`through the proxy ${proxy}: `);
  });

  it('whose certificate is not trusted is named', async () => {
    const proxy = await startProxy({ tls: serverTls });
    const { error } = await createSpanExporter({
      url: HTTPS,
      proxy: proxy.url,
      tls: { ca },
    }).exportTwo();
    expect(error?.message).toMatch(
      /: no connection to the proxy https:\/\/127\.0\.0\.1:\d+: .* that of a proxy in NODE_EXTRA_CA_CERTS$/,
    );
  });

  it('that never answers ends with the export, and keeps no connection after the shutdown', async () => {
    let closedCount = 0;
    const proxy = await RawServer.start(
      () => {},
      (socket) => socket.on('close', () => closedCount++),
    );
    stops.push(() => proxy.stop());
    const given = { url: HTTPS, proxy: new URL(proxy.url).origin };
    const exporter = createSpanExporter({ ...given, timeoutMillis: 300, retry: { maxRetries: 0 } });
    const { error } = await exporter.exportTwo();
    expect(error?.message).toMatch(/no (response|answer) within 300 ms$/);
    const patient = createSpanExporter(given);
    const result = patient.exportTwo();
    await until(
      () => proxy.connectionCount === 2,
      () => proxy.connectionCount,
    );
    await patient.shutdown();
    expect((await result).code).toBe(1);
    await until(
      () => closedCount === 2,
      () => closedCount,
    );
  });
});
