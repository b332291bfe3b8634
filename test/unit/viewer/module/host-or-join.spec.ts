import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HostedViewer, hostOrJoin } from '../../../../lib/viewer/module/host-or-join.js';
import {
  type PortHolder,
  probeViewer,
  reachableAddress,
} from '../../../../lib/viewer/module/probe-viewer.js';
import { RunningViewer } from '../../../../lib/viewer/module/running-viewer.js';
import {
  checkViewerOptions,
  type ViewerSettings,
} from '../../../../lib/viewer/module/viewer-options.js';
import { freePort } from '../../../support/free-port.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const startServer = serversOfTest();
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const SETTINGS = checkViewerOptions('Viewer', {});

/** Starts viewers only on ports that are not taken. */
function startOn(taken: readonly number[]): (settings: ViewerSettings) => Promise<HostedViewer> {
  return async ({ port }) => {
    if (taken.includes(port)) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' });
    return { port, readFile: async (path) => path, close: async () => {} };
  };
}

function holders(byPort: Readonly<Record<number, PortHolder>>): typeof probeViewer {
  return async ({ port }) => byPort[port] as PortHolder;
}

describe('hostOrJoin', () => {
  it('hosts on the wanted port', async () => {
    const found = await hostOrJoin(SETTINGS, startOn([]), holders({}));
    expect(found).toMatchObject({ port: 4318, holder: undefined });
    expect(found.hosted).toBeDefined();
  });

  it('joins the viewer that has the port', async () => {
    const found = await hostOrJoin(SETTINGS, startOn([4318]), holders({ 4318: 'viewer' }));
    expect(found).toEqual({ port: 4318, hosted: undefined, holder: 'viewer' });
  });

  it('takes the next free port beside a stranger', async () => {
    const probe = holders({ 4318: 'stranger', 4319: 'stranger' });
    const found = await hostOrJoin(SETTINGS, startOn([4318, 4319]), probe);
    expect(found).toMatchObject({ port: 4320, holder: 'stranger' });
  });

  it('joins the viewer of another service that has met the same stranger', async () => {
    const probe = holders({ 4318: 'stranger', 4319: 'viewer' });
    const found = await hostOrJoin(SETTINGS, startOn([4318, 4319]), probe);
    expect(found).toEqual({ port: 4319, hosted: undefined, holder: 'stranger' });
  });

  it('gives up after twenty ports', async () => {
    const taken = Array.from({ length: 100 }, (_, i) => 4318 + i);
    const tried: number[] = [];
    const probe: typeof probeViewer = async ({ port }) => {
      tried.push(port);
      return 'stranger';
    };
    await expect(hostOrJoin(SETTINGS, startOn(taken), probe)).rejects.toThrow('taken');
    expect(tried).toEqual(taken.slice(0, 20));
  });

  it('gives up where the address cannot be used', async () => {
    const start = async () => {
      throw Object.assign(new Error('no such address'), { code: 'EADDRNOTAVAIL' });
    };
    await expect(hostOrJoin(SETTINGS, start, holders({}))).rejects.toThrow('no such address');
  });
});

describe('probeViewer', () => {
  const settingsOf = (port: number, token?: string) => ({ host: '127.0.0.1', port, token });

  it('recognises a viewer, and one with another token', async () => {
    const { port } = await startViewer();
    expect(await probeViewer(settingsOf(port))).toBe('viewer');
    const guarded = await startViewer({ token: 'secret' });
    expect(await probeViewer(settingsOf(guarded.port, 'secret'))).toBe('viewer');
    expect(await probeViewer(settingsOf(guarded.port, 'wrong'))).toBe('other-token');
    expect(await probeViewer(settingsOf(guarded.port))).toBe('other-token');
  });

  it('recognises another server of HTTP, another protocol, and nobody', async () => {
    const { port } = await startServer();
    expect(await probeViewer(settingsOf(port))).toBe('stranger');
    const speaking = createServer(
      (socket) => void socket.on('error', () => {}).end('SSH-2.0-x\r\n'),
    );
    closers.push(() => speaking.close());
    await new Promise<void>((resolve) => speaking.listen(0, '127.0.0.1', resolve));
    const address = speaking.address() as { port: number };
    expect(await probeViewer(settingsOf(address.port))).toBe('stranger');
    expect(await probeViewer(settingsOf(await freePort()))).toBe('stranger');
  });

  it('does not wait for a server that never answers', async () => {
    const sockets: { destroy(): void }[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const begin = performance.now();
    const { port } = silent.address() as { port: number };
    expect(await probeViewer(settingsOf(port))).toBe('stranger');
    expect(performance.now() - begin).toBeLessThan(3_000);
  });

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['127.0.0.1', '127.0.0.1'],
  ])('reaches a server on %s at %s', (host, address) => {
    expect(reachableAddress(host)).toBe(address);
  });
});

describe('RunningViewer', () => {
  function running() {
    const closed: string[] = [];
    const found = { port: 4320, hosted: undefined, holder: undefined };
    const started = { found, close: async () => void closed.push('closed') };
    return { closed, viewer: new RunningViewer(started, { ...SETTINGS, token: 'secret' }) };
  }

  it('says where spans go', () => {
    const { viewer } = running();
    expect(viewer.url).toBe('http://127.0.0.1:4320/v1/traces');
    expect(viewer.headers).toEqual({ authorization: 'Bearer secret' });
    const found = { port: 1, hosted: undefined, holder: undefined };
    const started = { found, close: async () => {} };
    const other = new RunningViewer(started, { ...SETTINGS, host: '::' });
    expect([other.url, other.headers]).toEqual(['http://[::1]:1/v1/traces', {}]);
  });

  it('closes on shutdown where nobody sends spans', async () => {
    const { viewer, closed } = running();
    await viewer.shutdown();
    expect(closed).toEqual(['closed']);
  });

  it('stays open for the last spans, whatever shuts down first', async () => {
    const { viewer, closed } = running();
    const release = viewer.claim();
    await viewer.shutdown();
    expect(closed).toEqual([]);
    await release();
    expect(closed).toEqual(['closed']);

    const other = running();
    const releaseOther = other.viewer.claim();
    await releaseOther();
    await releaseOther();
    expect(other.closed).toEqual([]);
    await other.viewer.shutdown();
    expect(other.closed).toEqual(['closed']);
  });
});
