import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import type { HostedViewer } from '../../../../lib/viewer/module/host-or-join.js';
import {
  hostedLine,
  isListening,
  settingsOnPort,
  TakeOver,
} from '../../../../lib/viewer/module/take-over.js';
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
      return {
        port,
        readFile: async (path) => path,
        close: () => closeServer(server).then(() => {}),
      };
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
        return {
          port,
          readFile: async (path) => path,
          close: async () => void closed.push('closed'),
        };
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

  /** A viewer in this process whose thread can end by itself. */
  function endingViewers(port: number, ends = true) {
    const starts: (number | undefined)[] = [];
    const hosting: boolean[] = [];
    const closed: number[] = [];
    const lines: string[] = [];
    let end = (_reason?: unknown): void => {};
    const start = async (_: unknown, restartCount?: number): Promise<HostedViewer> => {
      const number = starts.push(restartCount);
      const failed = new Promise<unknown>((resolve) => {
        end = resolve;
      });
      if (ends && number > 1) end(new Error('no memory'));
      const close = async () => void closed.push(number);
      return { port, failed, readFile: async (path) => path, close };
    };
    const begin = async () => {
      const takeOver = new TakeOver({
        settings: { ...checkViewerOptions('Viewer', {}), port },
        start,
        hosted: await start(undefined, 0),
        onHosted: (isAgain) => hosting.push(isAgain),
        diagnostics: new Diagnostics({ warn: (line) => lines.push(line) }),
        random: () => 0,
      });
      closers.push(() => takeOver.close());
      return takeOver;
    };
    return { starts, hosting, closed, lines, begin, end: (reason: unknown) => end(reason) };
  }

  it('starts a viewer again whose thread has ended, and says why', async () => {
    const { starts, hosting, closed, lines, begin, end } = endingViewers(await freePort(), false);
    const takeOver = await begin();
    end(new Error('no memory'));
    await until(
      () => hosting.length === 1,
      () => hosting,
    );
    expect([starts, hosting]).toEqual([[0, 1], [true]]);
    expect(lines).toEqual([
      'The thread of the trace viewer has ended; it is started again, without what its journal does not have: Error: no memory',
    ]);
    await takeOver.close();
    expect(closed).toEqual([2]);
  });

  it('gives a viewer up whose thread ends again and again', async () => {
    const { starts, closed, lines, begin, end } = endingViewers(await freePort());
    const takeOver = await begin();
    end(undefined);
    await until(
      () => lines.length === 2,
      () => lines,
    );
    expect(starts).toEqual([0, 1, 2, 3]);
    expect(lines[1]).toBe(
      'The thread of the trace viewer has ended 4 times. This process starts no viewer any more.',
    );
    await takeOver.close();
    expect(closed).toEqual([]);
  });

  it('leaves the port to another process that was quicker after the end of a thread', async () => {
    const port = await freePort();
    const { starts, begin, end } = endingViewers(port, false);
    await begin();
    let connections = 0;
    (await listen(port)).on('connection', () => connections++);
    end(undefined);
    await until(
      () => connections >= 2,
      () => connections,
    );
    expect(starts).toEqual([0]);
  });

  it('does not start a viewer again that is closed', async () => {
    const { starts, closed, lines, begin, end } = endingViewers(await freePort(), false);
    const takeOver = await begin();
    await takeOver.close();
    end(undefined);
    await new Promise(setImmediate);
    expect([starts, closed, lines]).toEqual([[0], [1], []]);
  });

  it('starts a viewer again on its port, and with a journal only where it had one', () => {
    const settings = checkViewerOptions('Viewer', {});
    expect(settingsOnPort(settings, 4320)).toEqual({ ...settings, port: 4320, persist: true });
    expect(settingsOnPort({ ...settings, port: 0 }, 4320)).toMatchObject({ persist: false });
    expect(hostedLine(4320, false)).toBe(
      'Traces: http://localhost:4320 (from now on in this process)',
    );
    expect(hostedLine(4320, true)).toBe('Traces: http://localhost:4320 (started again)');
  });

  it('tells a port that is closed from one that is open', async () => {
    const port = await freePort();
    expect(await isListening('127.0.0.1', port)).toBe(false);
    await listen(port);
    expect(await isListening('127.0.0.1', port)).toBe(true);
  });
});
