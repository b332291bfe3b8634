import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import type { HostedViewer } from '../../../../lib/viewer/module/host-or-join.js';
import { isListening, TakeOver } from '../../../../lib/viewer/module/take-over.js';
import { checkViewerOptions } from '../../../../lib/viewer/module/viewer-options.js';
import { freePort } from '../../../support/free-port.js';
import { until } from '../../../support/until.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(port: number): Promise<Server> {
  const server = createServer((socket) => void socket.on('error', () => {}));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  closers.push(() => server.close());
  return server;
}

const closeServer = (server: Server): Promise<unknown> =>
  new Promise((resolve) => server.close(resolve));

/** Processes that watch a port; each hosts a plain server on it. */
function watchers(port: number, count: number) {
  const hosting: number[] = [];
  const tries: number[] = [];
  const lines: string[] = [];
  const takeOvers = Array.from({ length: count }, (_, index) => {
    const start = async (): Promise<HostedViewer> => {
      tries.push(index);
      const server = await listen(port);
      return { port, close: () => closeServer(server).then(() => {}) };
    };
    const takeOver = new TakeOver({
      settings: { ...checkViewerOptions('Viewer', {}), port },
      start,
      onHosted: () => hosting.push(index),
      diagnostics: new Diagnostics({ warn: (line) => lines.push(line) }),
    });
    closers.push(() => takeOver.close());
    return takeOver;
  });
  return { hosting, tries, lines, takeOvers };
}

describe('TakeOver', () => {
  it('leaves a port alone that somebody has', async () => {
    const port = await freePort();
    let connections = 0;
    (await listen(port)).on('connection', () => connections++);
    const { hosting, tries } = watchers(port, 1);
    await until(
      () => connections >= 2,
      () => connections,
    );
    expect([hosting, tries]).toEqual([[], []]);
  });

  it('lets one of several processes host when the port is free, and then the next', async () => {
    const port = await freePort();
    const server = await listen(port);
    const { hosting, lines, takeOvers } = watchers(port, 4);
    await closeServer(server);
    await until(
      () => hosting.length === 1,
      () => hosting,
    );
    expect(await isListening('127.0.0.1', port)).toBe(true);
    await takeOvers[hosting[0] as number]?.close();
    await until(
      () => hosting.length === 2,
      () => hosting,
    );
    expect(new Set(hosting).size).toBe(2);
    expect(lines).toEqual([]);
  });

  it('goes on when it cannot host, and says why once', async () => {
    const port = await freePort();
    const lines: string[] = [];
    let tries = 0;
    const takeOver = new TakeOver({
      settings: { ...checkViewerOptions('Viewer', {}), port },
      start: async () => {
        tries++;
        throw new Error('no thread');
      },
      onHosted: () => {},
      diagnostics: new Diagnostics({ warn: (line) => lines.push(line) }),
      random: () => 0,
    });
    closers.push(() => takeOver.close());
    await until(
      () => tries >= 2,
      () => tries,
    );
    expect(lines).toEqual(['The trace viewer could not take over its port: Error: no thread']);
  });

  it('closes a viewer that was about to start', async () => {
    const port = await freePort();
    let release = (): void => {};
    const closed: string[] = [];
    let isStarting = false;
    const takeOver = new TakeOver({
      settings: { ...checkViewerOptions('Viewer', {}), port },
      start: async () => {
        isStarting = true;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return { port, close: async () => void closed.push('closed') };
      },
      onHosted: () => closed.push('hosted'),
      diagnostics: new Diagnostics({ warn() {} }),
      random: () => 0,
    });
    await until(
      () => isStarting,
      () => isStarting,
    );
    const closing = takeOver.close();
    release();
    await closing;
    expect(closed).toEqual(['closed']);
  });

  it('tells a port that is closed from one that is open', async () => {
    const port = await freePort();
    expect(await isListening('127.0.0.1', port)).toBe(false);
    await listen(port);
    expect(await isListening('127.0.0.1', port)).toBe(true);
  });
});
