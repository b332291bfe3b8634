import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Collector } from '../export/collector.js';
import { BuiltPrograms } from './child-program.js';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
/** Older versions have no proxies of the environment. */
const hasProxies = major > 24 || (major === 24 && minor >= 5);

let programs: BuiltPrograms;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

afterAll(() => programs.remove());

/** A proxy that forwards requests, and remembers their targets. */
async function startProxy() {
  const targets: string[] = [];
  const server = http.createServer((request, response) => {
    targets.push(request.url ?? '');
    const { method, headers } = request;
    const onward = http.request(request.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

describe('an exporter in a process that uses the proxies of its environment', () => {
  it.each([
    ['sends through the proxy', { NO_PROXY: '' }, hasProxies],
    ['sends directly to a host in NO_PROXY', { NO_PROXY: '127.0.0.1' }, false],
    ['sends directly where Node does not use the environment', { NODE_USE_ENV_PROXY: '0' }, false],
  ])('%s', async (_, variables, isProxied) => {
    const collector = await Collector.start();
    const proxy = await startProxy();
    stops.push(() => collector.stop());
    const program = programs.start('proxied', {
      COLLECTOR_URL: collector.url,
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxy.url,
      NO_PROXY: '',
      ...variables,
    });
    expect(await program.said('lost')).toBe(0);
    expect((await program.ended).exitCode).toBe(0);
    expect(collector.spanNames).toEqual(['work']);
    expect(proxy.targets).toEqual(isProxied ? [collector.url] : []);
  });
});
