import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { startInProcess } from '../../../../lib/viewer/module/start-in-process.js';
import { startJournal } from '../../../../lib/viewer/module/start-journal.js';
import { checkViewerOptions } from '../../../../lib/viewer/module/viewer-options.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import { protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'viewer-journal-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function start(path = join(base, 'own', '4318')) {
  const lines: string[] = [];
  const diagnostics = new Diagnostics({ warn: (line) => lines.push(line) });
  const store = new TraceStore({ maxBytes: 1e7, maxTraces: 10 });
  return { store, lines, journal: startJournal(store, 4318, 1e7, diagnostics, path) };
}

describe('startJournal', () => {
  it('gives a store what the run before has left', async () => {
    const first = start();
    first.store.receiveTraces(protobufRequest(requestOf([spanOf(1, 1)])));
    await first.journal?.close();
    const { store, journal, lines } = start();
    expect(store.runs.current).toBe(2);
    await journal?.replayed;
    expect([...store.entries()].map(({ run }) => run)).toEqual([1]);
    await journal?.close();
    expect(lines).toEqual([]);
  });

  it('says why there is none, and lets the viewer go on', () => {
    mkdirSync(join(base, 'other'));
    symlinkSync(join(base, 'other'), join(base, 'own'));
    const { journal, lines, store } = start();
    expect(journal).toBeUndefined();
    expect(lines).toEqual([
      expect.stringMatching(/^The trace viewer has no journal: .* is not a folder\./),
    ]);
    store.receiveTraces(protobufRequest(requestOf([spanOf(1, 1)])));
    expect(store.counts()).toMatchObject({ journal: undefined, spans: { stored: 1 } });
  });

  it.each([{ persist: true }, { persist: false }])(
    'is not called for port 0, which nobody finds again: %j',
    async (options) => {
      const settings = checkViewerOptions('Viewer', { port: 0, grpcPort: false, ...options });
      const diagnostics = new Diagnostics({ warn() {} });
      const { store, close } = await startInProcess(settings, diagnostics, {
        keepsProcess: false,
      });
      expect(store.counts().journal).toBeUndefined();
      await close();
    },
  );
});
