import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ForwardProxy, type ForwardProxyOptions } from '../../support/forward-proxy.js';
import { Collector } from '../export/collector.js';
import { RawServer } from '../export/raw-server.js';
import { BuiltPrograms } from './child-program.js';

const CA_PATH = fileURLToPath(new URL('../export/certificates/ca.pem', import.meta.url));
const serverTls = { cert: certificate('server'), key: certificate('server-key') };

let programs: BuiltPrograms;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

afterAll(() => programs.remove());

function certificate(name: string): string {
  return readFileSync(new URL(`../export/certificates/${name}.pem`, import.meta.url), 'utf8');
}

async function startCollector(...place: Parameters<typeof Collector.start>): Promise<Collector> {
  const collector = await Collector.start(...place);
  stops.push(() => collector.stop());
  return collector;
}

async function startProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
  const proxy = await ForwardProxy.start(options);
  stops.push(() => proxy.stop());
  return proxy;
}

/** Runs a program that exports the span `work`. @returns what it lost, and why */
async function run(variables: Readonly<Record<string, string>>, options?: object) {
  const program = programs.start('proxied', {
    ...variables,
    ...(options && { EXPORTER_OPTIONS: JSON.stringify(options) }),
  });
  const lost = await program.said('lost');
  const reason = await program.said<string>('reason');
  const { exitCode, log } = await program.ended;
  return { lost, reason, exitCode, log };
}

describe('a process with proxies in its environment', () => {
  it.each([
    ['by itself', {}],
    ['as well as Node does', { NODE_USE_ENV_PROXY: '1', NODE_NO_WARNINGS: '1' }],
  ])('sends through them %s', async (_, variables) => {
    const collector = await startCollector();
    const proxy = await startProxy({ ports: { 'collector.test': collector.port } });
    const result = await run(
      { HTTP_PROXY: proxy.url, NO_PROXY: '.corp', ...variables },
      { url: 'http://collector.test/v1/traces' },
    );
    expect(result).toEqual({ lost: 0, reason: '', exitCode: 0, log: '' });
    expect(collector.spanNames).toEqual(['work']);
    expect(proxy.requests).toEqual(['POST http://collector.test/v1/traces']);
  });

  it.each([
    ['a tunnel', 'https://collector.test/', 'CONNECT collector.test:443'],
    ['the proxy', 'http://collector.test/', 'POST http://collector.test/'],
  ])(
    'sends through %s that speaks TLS, which it trusts by NODE_EXTRA_CA_CERTS',
    async (_, url, request) => {
      const collector = await startCollector(
        undefined,
        url.startsWith('https') ? serverTls : undefined,
      );
      const ports = { 'collector.test:443': collector.port, 'collector.test': collector.port };
      const proxy = await startProxy({ tls: serverTls, ports, credentials: 'user:s3cr3t' });
      const result = await run(
        {
          ALL_PROXY: proxy.urlFor('user:s3cr3t').replace('127.0.0.1', 'localhost'),
          NODE_EXTRA_CA_CERTS: CA_PATH,
        },
        { url, agentOptions: { servername: 'localhost' } },
      );
      expect(result).toEqual({ lost: 0, reason: '', exitCode: 0, log: '' });
      expect(collector.spanNames).toEqual(['work']);
      expect(proxy.requests).toEqual([request]);
    },
  );

  it.each([
    ['to this machine', undefined],
    ['where the option proxy is false', false],
  ])('sends directly %s', async (_, proxy) => {
    const collector = await startCollector();
    const refusing = await startProxy({ refusal: 403 });
    const result = await run({ HTTP_PROXY: refusing.url }, { url: collector.url, proxy });
    expect(result).toMatchObject({ lost: 0, exitCode: 0 });
    expect([collector.spanNames, refusing.requests]).toEqual([['work'], []]);
  });

  it('says what a proxy refuses, and never the password', async () => {
    const proxy = await startProxy({ credentials: 'user:other' });
    const result = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.test',
      HTTP_PROXY: proxy.urlFor('user:s3cr3t'),
    });
    expect(result).toMatchObject({ lost: 1, exitCode: 0 });
    expect(result.log).toMatch(/: 407 .*; the proxy wants a user and a password, or other ones\./);
    expect(result.log + result.reason).not.toContain('s3cr3t');
  });

  it('says that it cannot use a proxy for SOCKS, and sends directly', async () => {
    const collector = await startCollector();
    const result = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL(collector.url).origin,
      ALL_PROXY: 'socks5://user:s3cr3t@127.0.0.1:1',
    });
    expect(result).toMatchObject({ lost: 0, exitCode: 0 });
    expect(result.log).toMatch(/The environment variable ALL_PROXY must be the URL of a proxy/);
    expect(result.log).not.toContain('s3cr3t');
  });

  it('ends although its proxy never answers', async () => {
    const proxy = await RawServer.start(() => {});
    stops.push(() => proxy.stop());
    const result = await run(
      { HTTPS_PROXY: new URL(proxy.url).origin },
      { url: 'https://collector.test/', timeoutMillis: 500 },
    );
    expect(result).toMatchObject({ lost: 1, exitCode: 0 });
    expect(proxy.connectionCount).toBe(1);
  });
});

describe('a process whose collector has a socket file', () => {
  async function startAtSocket() {
    const directory = mkdtempSync(join(tmpdir(), 'traced-'));
    chmodSync(directory, 0o755);
    stops.push(() => rmSync(directory, { recursive: true, force: true }));
    const socket = join(directory, 'collector.sock');
    return { socket, collector: await startCollector(undefined, undefined, { path: socket }) };
  }

  it('sends to the endpoint of its environment', async () => {
    const { socket, collector } = await startAtSocket();
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `unix://${socket}`,
      HTTP_PROXY: 'http://127.0.0.1:1',
    };
    expect(await run(variables)).toEqual({ lost: 0, reason: '', exitCode: 0, log: '' });
    expect(collector.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
    expect(collector.spanNames).toEqual(['work']);
  });

  it('says that it has no permission', async () => {
    const { socket } = await startAtSocket();
    chmodSync(socket, 0);
    const result = await run(
      { DROP_ROOT: '1' },
      { url: `unix://${socket}`, retry: { maxRetries: 0 } },
    );
    expect(result).toMatchObject({ lost: 1, exitCode: 0 });
    expect(result.log).toMatch(
      /POST unix:\/\/\S+\.sock:\/v1\/traces: connect EACCES \S+: this process may not connect\. Has its user/,
    );
  });
});
