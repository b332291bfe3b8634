import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { threadOrProcess } from '../../../../lib/viewer/module/thread-or-process.js';
import { checkViewerOptions } from '../../../../lib/viewer/module/viewer-options.js';
import { ask } from '../../../support/viewer-servers.js';

const SETTINGS = checkViewerOptions('Viewer', { port: 0, grpcPort: false, persist: false });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thread-or-process-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function starterWith(workerFile: string) {
  const reasons: string[] = [];
  const start = threadOrProcess({
    workerFile,
    diagnostics: new Diagnostics({ warn() {} }),
    keepsProcess: false,
    onNoWorker: (reason) => reasons.push(reason),
  });
  return { start, reasons };
}

describe('threadOrProcess', () => {
  it('starts in the process where there is no thread, says so once, and counts restarts there too', async () => {
    const { start, reasons } = starterWith(join(folder, 'missing.mjs'));
    for (const restartCount of [0, 2]) {
      const hosted = await start(SETTINGS, restartCount);
      const { counts } = (await ask(hosted.port, { path: '/api/viewer' })).json();
      expect(counts.restarts).toBe(restartCount);
      expect(hosted.failed).toBeUndefined();
      await hosted.close();
    }
    expect(reasons).toEqual([expect.stringContaining('Cannot find module')]);
  });

  it('has no reason to give where no file was named', async () => {
    const { start, reasons } = starterWith('');
    await (await start(SETTINGS)).close();
    expect(reasons).toEqual([]);
  });

  it('does not start in the process what a thread cannot start for another reason', async () => {
    const file = join(folder, 'worker.mjs');
    writeFileSync(
      file,
      `import { parentPort } from 'node:worker_threads';
       parentPort.postMessage({ type: 'failed', message: 'taken', code: 'EADDRINUSE' });`,
    );
    const { start, reasons } = starterWith(file);
    await expect(start(SETTINGS)).rejects.toMatchObject({ message: 'taken', code: 'EADDRINUSE' });
    expect(reasons).toEqual([]);
  });
});
