import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { runWorker } from '../../../../lib/viewer/module/run-worker.js';
import { startInProcess } from '../../../../lib/viewer/module/start-in-process.js';
import { type StartedViewer, startViewer } from '../../../../lib/viewer/module/start-viewer.js';
import { checkViewerOptions } from '../../../../lib/viewer/module/viewer-options.js';
import { findWorkerFile, startInWorker } from '../../../../lib/viewer/module/viewer-worker.js';
import { type BundledWorker, bundleWorker } from '../../../support/bundled-worker.js';
import { freePort } from '../../../support/free-port.js';
import { protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { until } from '../../../support/until.js';
import { ask } from '../../../support/viewer-servers.js';

const SETTINGS = checkViewerOptions('Viewer', { port: 0, grpcPort: false, persist: false });
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const opened: StartedViewer[] = [];
let worker: BundledWorker;

beforeAll(() => {
  worker = bundleWorker();
});
afterAll(() => worker.remove());
afterEach(async () => {
  // The last one first: it would take over from the others.
  for (const { close } of opened.splice(0).reverse()) await close();
});

async function start(file: string | undefined, settings = SETTINGS) {
  const lines: string[] = [];
  const say = (message: string): void => void lines.push(message);
  const log = { log: say, warn: say };
  const started = await startViewer(settings, log, new Diagnostics({ warn: say }), file);
  if (started !== undefined) opened.push(started);
  return { ...started, lines, port: started?.found.port ?? 0 };
}

async function sendSpan(port: number): Promise<number> {
  const body = protobufRequest(requestOf([spanOf(1, 1)]));
  return (await ask(port, { method: 'POST', path: '/v1/traces', headers: PROTOBUF, body })).status;
}

describe('startViewer', () => {
  it('runs the viewer in a thread of its own, and says where', async () => {
    const { port, lines } = await start(worker.file);
    expect(await sendSpan(port)).toBe(200);
    const { traces } = (await ask(port, { path: '/api/traces' })).json();
    expect(traces).toMatchObject([{ name: 'span 1' }]);
    expect(lines).toEqual([`Traces: http://localhost:${port}`]);
  });

  it('answers while the thread of the application is busy', async () => {
    const { port } = await start(worker.file);
    // The answer is waiting when this thread reads again.
    const answer = sendSpan(port);
    await new Promise(setImmediate);
    const end = performance.now() + 300;
    while (performance.now() < end);
    expect(await answer).toBe(200);
  });

  it('closes the thread and its port', async () => {
    const { close, port } = await start(worker.file);
    await close?.();
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    opened.length = 0;
  });

  it('joins the viewer that has the port', async () => {
    const first = await start(worker.file);
    const second = await start(worker.file, { ...SETTINGS, port: first.port });
    expect(second.found).toEqual({ port: first.port, hosted: undefined, holder: 'viewer' });
    expect(second.lines).toEqual([`Traces: http://localhost:${first.port} (in another process)`]);
    await second.close?.();
    expect(await sendSpan(first.port)).toBe(200);
  });

  it('takes over the viewer that it has joined when that one closes, and says so', async () => {
    const first = await start(worker.file);
    const { port } = first;
    const second = await start(worker.file, { ...SETTINGS, port });
    await first.close?.();
    opened.shift();
    await until(
      () => second.lines.length === 2,
      () => second.lines,
    );
    expect(second.lines[1]).toBe(`Traces: http://localhost:${port} (from now on in this process)`);
    expect(await sendSpan(port)).toBe(200);
    await second.close?.();
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('starts a thread again that has ended by itself, on its port, and counts it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ending-worker-'));
    try {
      const sign = join(folder, 'end');
      const file = join(folder, 'worker.mjs');
      writeFileSync(
        file,
        `import ${JSON.stringify(pathToFileURL(worker.file).href)};
         import { existsSync, rmSync } from 'node:fs';
         setInterval(() => {
           if (!existsSync(${JSON.stringify(sign)})) return;
           rmSync(${JSON.stringify(sign)});
           throw new Error('no memory');
         }, 20).unref();`,
      );
      const { port, lines, close } = await start(file);
      expect(await sendSpan(port)).toBe(200);
      writeFileSync(sign, '');
      await until(
        () => lines.length === 3,
        () => lines,
      );
      expect(lines.slice(1)).toEqual([
        'The thread of the trace viewer has ended; it is started again, without what its journal does not have: Error: no memory',
        `Traces: http://localhost:${port} (started again)`,
      ]);
      expect(await sendSpan(port)).toBe(200);
      const { counts } = (await ask(port, { path: '/api/viewer' })).json();
      expect(counts).toMatchObject({ restarts: 1, spans: { stored: 1 } });
      await close?.();
      await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('takes another port beside a stranger, and says what to set', async () => {
    const stranger = createServer((_, response) => response.end());
    const wanted = await freePort();
    await new Promise<void>((resolve) => stranger.listen(wanted, '127.0.0.1', resolve));
    try {
      const { port, lines } = await start(worker.file, { ...SETTINGS, port: wanted });
      expect(port).toBeGreaterThan(wanted);
      expect(lines).toEqual([
        `Port ${wanted} is in use by another program, so this viewer uses port ${port}. Other services send their spans here with OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${port}`,
        `Traces: http://localhost:${port}`,
      ]);
    } finally {
      stranger.close();
    }
  });

  it('takes another port beside a viewer with another token', async () => {
    const first = await start(worker.file, { ...SETTINGS, token: 'one' });
    const second = await start(worker.file, { ...SETTINGS, token: 'two', port: first.port });
    expect(second.port).not.toBe(first.port);
    expect(second.lines[0]).toContain('has another token');
  });

  it('runs in the process where there is no file for the thread', async () => {
    // A default would search for the file.
    const { port } = await start('', SETTINGS);
    expect(await sendSpan(port)).toBe(200);
  });

  it.each([
    ['a file of another purpose', 'setInterval(() => {}, 1e6).unref();', 'has ended'],
    ['a file that fails', 'throw new Error("broken")', 'broken'],
    ['nothing', undefined, 'Cannot find module'],
  ])('runs in the process instead of %s, and says so', async (_, code, reason) => {
    const folder = mkdtempSync(join(tmpdir(), 'not-a-worker-'));
    try {
      const file = join(folder, 'worker.mjs');
      if (code !== undefined) writeFileSync(file, code);
      const { port, lines } = await start(file);
      expect(await sendSpan(port)).toBe(200);
      expect(lines[0]).toContain(reason);
      expect(lines[0]).toContain('The viewer runs on the event loop of the application.');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(['in a thread', 'in the process'])('says why it cannot start %s', async (place) => {
    const settings = { ...SETTINGS, host: '192.0.2.1' };
    const { found, lines } = await start(place === 'in a thread' ? worker.file : '', settings);
    expect(found).toBeUndefined();
    expect(lines).toEqual([
      expect.stringMatching(
        /^The trace viewer cannot listen: .*EADDRNOTAVAIL.*Set another port or host\.$/,
      ),
    ]);
  });
});

describe('startInWorker', () => {
  it('refuses a worker of another version', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'old-worker-'));
    try {
      const file = join(folder, 'worker.mjs');
      writeFileSync(
        file,
        `import { parentPort } from 'node:worker_threads';
         parentPort.postMessage({ type: 'failed', message: 'The worker has the version 0.0.0', code: 'ERR_NO_VIEWER_WORKER' });`,
      );
      const diagnostics = new Diagnostics({ warn: () => {} });
      await expect(
        startInWorker(file, SETTINGS, diagnostics, { keepsProcess: false }),
      ).rejects.toMatchObject({
        code: 'ERR_NO_VIEWER_WORKER',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('findWorkerFile', () => {
  it('finds no source, to which Jest leads here; the built package has a test of its own', () => {
    expect(findWorkerFile(tmpdir())).toBeUndefined();
  });
});

describe('runWorker', () => {
  it('does nothing in a thread that was started for another purpose', async () => {
    const { port1 } = new MessageChannel();
    await runWorker(null, { kind: 'nestjs-traced viewer' });
    await runWorker(port1, undefined);
    await runWorker(port1, { kind: 'other' });
    port1.close();
  });

  it('does not start for a library of another version', async () => {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => port2.once('message', resolve));
    await runWorker(port1, { kind: 'nestjs-traced viewer', version: '0.0.0', settings: SETTINGS });
    expect(await answer).toMatchObject({ type: 'failed', code: 'ERR_NO_VIEWER_WORKER' });
    port1.close();
  });

  it('says where it listens, and closes when it is told to', async () => {
    const { VERSION } = await import('../../../../lib/version.js');
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<{ port: number }>((resolve) => port2.once('message', resolve));
    await runWorker(port1, { kind: 'nestjs-traced viewer', version: VERSION, settings: SETTINGS });
    const { port } = await answer;
    expect((await ask(port, { path: '/' })).status).toBe(200);
    const closed = new Promise((resolve) => port2.once('close', resolve));
    port2.postMessage({ type: 'close' });
    await closed;
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('startInProcess', () => {
  it('gives the store of its server', async () => {
    const hosted = await startInProcess(SETTINGS, new Diagnostics({ warn: () => {} }), {
      keepsProcess: true,
    });
    expect(await sendSpan(hosted.port)).toBe(200);
    expect(hosted.store.counts().traces.kept).toBe(1);
    await hosted.close();
  });
});
