import { lookup } from 'node:dns/promises';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { TraceService } from '../../unit/export/otlp-grpc/trace-service.js';
import { Collector } from './collector.js';
import {
  type AnyExporter,
  GRPC_EXPORTERS,
  type GrpcOptions,
  HTTP_EXPORTERS,
  type HttpOptions,
} from './every-exporter.js';
import { findRefusingUrl } from './raw-server.js';

const ofLocalhost = await lookup('localhost', { all: true });
const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function ofTest(exporter: AnyExporter): AnyExporter {
  stops.unshift(() => exporter.shutdown());
  return exporter;
}

function createDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'traced-'));
  stops.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function startCollector(...place: Parameters<typeof Collector.start>): Promise<Collector> {
  const collector = await Collector.start(...place);
  stops.push(() => collector.stop());
  return collector;
}

async function startService(address: string): Promise<TraceService> {
  const service = await TraceService.start(undefined, undefined, {}, address);
  stops.push(() => service.stop());
  return service;
}

const FAST = { retry: { maxRetries: 0 }, diagnostics: new ReadDiagnostics() };
const [[, , createHttp]] = HTTP_EXPORTERS as [(typeof HTTP_EXPORTERS)[0]];
const [[, createGrpc]] = GRPC_EXPORTERS as [(typeof GRPC_EXPORTERS)[0]];

describe.each(HTTP_EXPORTERS)('%s', (_, path, create) => {
  it('sends to a socket file, at the path of its signal', async () => {
    const socket = join(createDirectory(), 'collector.sock');
    const answer = (_request: unknown, response: { end(): void }) => response.end();
    const collector = await startCollector(answer as never, undefined, { path: socket });
    // Nothing in the name of a socket file says that it is Jaeger's older receiver.
    const url = path === '/api/traces' ? `unix://${socket}:${path}` : `unix://${socket}`;
    const exporter = ofTest(create({ ...FAST, url, headers: { 'api-key': 'k' } }));
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(collector.requests).toMatchObject([
      { path, headers: { host: 'localhost', 'api-key': 'k' } },
      { path },
    ]);
    // One connection is kept.
    expect(collector.requests[1]?.socket).toBe(collector.requests[0]?.socket);
  });
});

describe.each(GRPC_EXPORTERS)('%s by gRPC', (_, create) => {
  it('are sent to a socket file', async () => {
    const socket = join(createDirectory(), 'collector.sock');
    const service = await startService(`unix:${socket}`);
    const exporter = ofTest(create({ ...FAST, url: `unix://${socket}` }));
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(service.callCount).toBe(1);
  });
});

describe('a socket file', () => {
  it('may have a path of requests, which relative redirects keep to', async () => {
    const socket = join(createDirectory(), 'collector.sock');
    const collector = await startCollector(
      (request, response) => {
        if (request.path === '/a?b=c') response.writeHead(308, { location: '/d' });
        response.end();
      },
      undefined,
      { path: socket },
    );
    const exporter = ofTest(createHttp({ ...FAST, url: `unix://${socket}:/a?b=c` }));
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(collector.requests.map(({ path }) => path)).toEqual(['/a?b=c', '/d']);
  });

  it.each(['HTTP', 'gRPC'])('that is missing is named, by %s', async (protocol) => {
    const socket = join(createDirectory(), 'missing.sock');
    const create = protocol === 'HTTP' ? createHttp : createGrpc;
    const { error } = await ofTest(create({ ...FAST, url: `unix://${socket}` })).exportTwo();
    expect(error?.message).toContain(`unix://${socket}`);
    expect(error?.message).toMatch(/ENOENT .*[:;] there is no such socket file\. /);
  });

  it('that is no socket is named', async () => {
    const file = join(createDirectory(), 'file');
    writeFileSync(file, '');
    const { error } = await ofTest(createHttp({ ...FAST, url: `unix://${file}` })).exportTwo();
    expect(error?.message).toMatch(
      /^POST unix:\S+:\/v1\/traces: connect (ECONNREFUSED|ENOTSOCK) \S+: \w/,
    );
  });

  it('that a new receiver replaces is used again', async () => {
    const socket = join(createDirectory(), 'collector.sock');
    const first = await Collector.start(undefined, undefined, { path: socket });
    const exporter = ofTest(
      createHttp({ retry: { initialBackoffMillis: 1 }, url: `unix://${socket}` }),
    );
    expect((await exporter.exportTwo()).code).toBe(0);
    await first.stop();
    const second = await startCollector(undefined, undefined, { path: socket });
    expect((await exporter.exportTwo()).code).toBe(0);
    expect(second.requests).toHaveLength(1);
  });
});

describe('an endpoint on this machine', () => {
  it.each([
    ['[::1]', '::1'],
    ['localhost', '::1'],
    ['localhost', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
  ])('of HTTP is reached at %s where the receiver listens on %s only', async (host, address) => {
    const collector = await startCollector(undefined, undefined, { port: 0, host: address });
    const exporter = ofTest(
      createHttp({ ...FAST, url: `http://${host}:${collector.port}/v1/traces` }),
    );
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
    expect(collector.requests[0]?.headers.host).toBe(`${host}:${collector.port}`);
  });

  // The package looks names up itself, so that the name service must know the address.
  it.each([
    ['[::1]', '[::1]:0'],
    ...ofLocalhost.map(({ address, family }) => [
      'localhost',
      family === 6 ? `[${address}]:0` : `${address}:0`,
    ]),
  ])('of gRPC is reached at %s where the receiver listens on %s only', async (host, address) => {
    const service = await startService(address);
    const exporter = ofTest(createGrpc({ ...FAST, url: `http://${host}:${service.port}` }));
    expect(await exporter.exportTwo()).toEqual({ code: 0 });
  });
});

describe('a connection that fails', () => {
  const tls = { cert: certificate('server'), key: certificate('server-key') };

  function certificate(name: string): string {
    return readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');
  }

  async function portOf(isTls: boolean, options = {}): Promise<number> {
    return (await startCollector(undefined, isTls ? { ...tls, ...options } : undefined)).port;
  }

  const REFUSED = async () => Number(new URL(await findRefusingUrl()).port);
  it.each<[string, string, string, () => Promise<number>, HttpOptions & GrpcOptions, RegExp]>([
    ['refused', 'http', '127.0.0.1', REFUSED, {}, /ECONNREFUSED .*nothing listens there/],
    [
      'of an unknown host',
      'http',
      'collector.invalid',
      REFUSED,
      {},
      /collector\.invalid.*name server/,
    ],
    [
      'with TLS to a port without',
      'https',
      'localhost',
      () => portOf(false),
      {},
      /(does not speak TLS|does not speak gRPC|ECONNRESET|Client network socket disconnected)/,
    ],
  ])('is explained: %s', async (_, scheme, host, findPort, options, message) => {
    const url = `${scheme}://${host}:${await findPort()}`;
    for (const create of [createHttp, createGrpc]) {
      const { error } = await ofTest(create({ ...FAST, ...options, url })).exportTwo();
      expect(error?.message).toMatch(message);
    }
  });

  it('is explained: a certificate of a stranger', async () => {
    const credentials = grpc.ServerCredentials.createSsl(null, [
      { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) },
    ]);
    const service = await TraceService.start(undefined, credentials);
    stops.push(() => service.stop());
    const overGrpc = ofTest(createGrpc({ ...FAST, url: `https://localhost:${service.port}` }));
    expect((await overGrpc.exportTwo()).error?.message).toMatch(/tls\.ca/);
    const url = `https://localhost:${await portOf(true)}/`;
    const { error } = await ofTest(createHttp({ ...FAST, url })).exportTwo();
    expect(error?.message).toMatch(/tls\.ca/);
  });

  it('is explained: a certificate for another host', async () => {
    const collector = await startCollector(undefined, tls, { port: 0, host: '127.0.0.2' });
    const there = `https://127.0.0.2:${collector.port}/`;
    const options = { ...FAST, url: there, tls: { ca: certificate('ca') } };
    const { error } = await ofTest(createHttp(options)).exportTwo();
    expect(error?.message).toMatch(/the certificate is for another host/);
  });

  it('is explained: a receiver that wants a client certificate', async () => {
    const port = await portOf(true, { ca: certificate('ca'), requestCert: true });
    const options = { ...FAST, url: `https://localhost:${port}/`, tls: { ca: certificate('ca') } };
    const { error } = await ofTest(createHttp(options)).exportTwo();
    expect(error?.message).toMatch(/Give tls\.cert and tls\.key/);
  });
});
