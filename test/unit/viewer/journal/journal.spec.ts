import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { Journal, type JournalLimits } from '../../../../lib/viewer/journal/journal.js';
import { JournalFolder, journalFolderOf } from '../../../../lib/viewer/journal/journal-folder.js';
import { replayJournal } from '../../../../lib/viewer/journal/replay-journal.js';
import { BodyKind } from '../../../../lib/viewer/store/body-keeper.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import {
  idOf,
  openSpanOf,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';

let base: string;
let path: string;
const journals: Journal[] = [];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'viewer-journal-'));
  path = join(base, 'own', '4318');
});
afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  rmSync(base, { recursive: true, force: true });
});

const MAX_BYTES = 64 * 2 ** 20;
const bodyOf = (trace: number): Buffer => protobufRequest(requestOf([spanOf(trace, 1)]));

/** A start of a viewer, with what earlier ones have left. */
async function startRun(limits?: JournalLimits) {
  const lines: string[] = [];
  const diagnostics = new Diagnostics({ warn: (line) => lines.push(line) });
  const folder = new JournalFolder(path);
  const journal = new Journal(folder, diagnostics, limits);
  journals.push(journal);
  const store = new TraceStore({ maxBytes: MAX_BYTES, maxTraces: 10_000 });
  store.runs.begin(journal.run);
  store.keepIn(journal);
  const replay = (): Promise<void> => replayJournal(journal, folder, store, MAX_BYTES);
  const traces = (): number[] => [...store.entries()].map(({ id }) => Number.parseInt(id, 16));
  return { journal, store, lines, folder, replay, traces };
}

describe('Journal', () => {
  it('gives the next run what was taken', async () => {
    const first = await startRun();
    first.store.receiveTraces(bodyOf(1));
    first.store.receiveOpenTraces(protobufRequest(requestOf([openSpanOf(2, 1)])));
    first.journal.append(BodyKind.LOGS, Buffer.alloc(0));
    await first.journal.close();
    expect(first.journal.counts).toEqual({ written: 4, dropped: 0, replayed: 0 });
    const second = await startRun();
    expect([first.journal.run, second.journal.run]).toEqual([1, 2]);
    await second.replay();
    expect(second.traces()).toEqual([1, 2]);
    expect(second.store.counts()).toMatchObject({
      running: 1,
      spans: { received: 2, stored: 2 },
      journal: { dropped: 0, replayed: 3 },
    });
    expect(second.lines).toEqual([]);
  });

  it('counts the runs, and says when they began', async () => {
    for (let run = 1; run <= 3; run++) {
      const { store, journal, replay } = await startRun();
      store.receiveTraces(bodyOf(run));
      await replay();
      expect(store.runs.list().map((each) => each.run)).toEqual(
        Array.from({ length: run }, (_, i) => i + 1),
      );
      expect(
        [...store.entries()].map((entry) => [Number.parseInt(entry.id, 16), entry.run]),
      ).toEqual(
        [run, ...Array.from({ length: run - 1 }, (_, i) => i + 1)].map((each) => [each, each]),
      );
      await journal.close();
    }
  });

  it('does not write again what it has read', async () => {
    for (let run = 0; run < 4; run++) {
      const { journal, store, replay } = await startRun();
      await replay();
      if (run === 0) store.receiveTraces(bodyOf(1));
      await journal.close();
      expect(journal.counts).toMatchObject({ written: run === 0 ? 2 : 1 });
    }
  });

  it('keeps no body that cannot be read, and no heartbeat', async () => {
    const { journal, store } = await startRun();
    store.receiveTraces(Buffer.from('words'));
    store.receiveOpenTraces(
      protobufRequest(requestOf([{ traceId: idOf(1, 32), spanId: idOf(1, 16) }])),
    );
    await journal.flush();
    expect(journal.counts.written).toBe(1);
  });

  it('has eight segments at most, and drops the oldest bodies', async () => {
    const limits = { maxSegments: 8, maxSegmentBytes: 1_000 };
    const first = await startRun(limits);
    for (let trace = 1; trace <= 200; trace++) first.store.receiveTraces(bodyOf(trace));
    await first.journal.close();
    expect(first.folder.segments()).toHaveLength(8);
    for (const name of first.folder.segments()) {
      expect(statSync(join(path, name)).size).toBeLessThanOrEqual(1_000);
    }
    const second = await startRun(limits);
    await second.replay();
    const traces = second.traces();
    expect(traces.length).toBeGreaterThan(20);
    expect(traces).toEqual(
      Array.from({ length: traces.length }, (_, i) => 201 - traces.length + i),
    );
    // Its first segment is gone, but each segment says when its run began.
    expect(second.store.runs.list().map(({ run }) => run)).toEqual([1, 2]);
  });

  it('continues the newest segment, so that starts do not push out earlier ones', async () => {
    for (let run = 1; run <= 20; run++) await (await startRun()).journal.close();
    expect(new JournalFolder(path).segments()).toEqual(['00000001.journal']);
    expect((await startRun()).journal.run).toBe(21);
  });

  it('drops a torn record, and continues before it', async () => {
    const first = await startRun();
    for (const trace of [1, 2, 3]) first.store.receiveTraces(bodyOf(trace));
    await first.journal.close();
    const file = join(path, '00000001.journal');
    truncateSync(file, statSync(file).size - 5);
    const second = await startRun();
    second.store.receiveTraces(bodyOf(4));
    await second.journal.close();
    const third = await startRun();
    await third.replay();
    expect(third.traces()).toEqual([1, 2, 4]);
  });

  it('reads what is whole after any damage, and goes on', async () => {
    const limits = { maxSegments: 8, maxSegmentBytes: 600 };
    for (let seed = 0; seed < 25; seed++) {
      rmSync(path, { recursive: true, force: true });
      const random = randomOfSeed(seed);
      const first = await startRun(limits);
      for (let trace = 1; trace <= 30; trace++) first.store.receiveTraces(bodyOf(trace));
      await first.journal.close();
      for (const name of first.folder.segments()) {
        const file = join(path, name);
        const bytes = readFileSync(file);
        switch (pick(random, ['none', 'none', 'cut', 'change', 'remove', 'replace'])) {
          case 'cut':
            truncateSync(file, Math.floor(random() * bytes.length));
            break;
          case 'change':
            bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
            writeFileSync(file, bytes);
            break;
          case 'remove':
            rmSync(file);
            break;
          case 'replace':
            writeFileSync(file, Buffer.from('something else'));
        }
      }
      const second = await startRun(limits);
      second.store.receiveTraces(bodyOf(100));
      await second.replay();
      const traces = second.traces();
      expect(traces[0]).toBe(100);
      const old = traces.slice(1);
      expect(old).toEqual([...new Set(old)].sort((a, b) => a - b));
      expect(old.every((trace) => trace >= 1 && trace <= 30)).toBe(true);
      await second.journal.close();
      const third = await startRun(limits);
      await third.replay();
      expect(third.traces()).toContain(100);
      expect(third.lines).toEqual([]);
      await third.journal.close();
    }
  });

  it('is empty after everything was dropped, and keeps what comes then', async () => {
    const first = await startRun();
    first.store.receiveTraces(bodyOf(1));
    await first.journal.flush();
    first.store.receiveTraces(bodyOf(2));
    first.store.clear();
    first.store.receiveTraces(bodyOf(3));
    await first.journal.close();
    const second = await startRun();
    expect(second.journal.run).toBe(2);
    await second.replay();
    expect(second.traces()).toEqual([3]);
  });

  it('reads no more of earlier runs once everything was dropped', async () => {
    const first = await startRun();
    for (let trace = 1; trace <= 50; trace++) first.store.receiveTraces(bodyOf(trace));
    await first.journal.close();
    const second = await startRun();
    const replayed = second.replay();
    second.store.clear();
    await replayed;
    expect(second.traces()).toEqual([]);
  });

  it('leaves out a body that is longer than a segment, and says so', async () => {
    const { journal, lines } = await startRun({ maxSegments: 8, maxSegmentBytes: 1_000 });
    journal.append(BodyKind.TRACES, Buffer.alloc(2_000));
    await journal.flush();
    expect(journal.counts).toMatchObject({ written: 1, dropped: 1 });
    expect(lines).toEqual([
      'A request is too long for the journal of the trace viewer; its traces will be gone after a restart',
    ]);
  });

  it('leaves out what comes faster than it can be written', async () => {
    const { journal, lines } = await startRun();
    const body = Buffer.alloc(4 * 2 ** 20);
    for (let i = 0; i < 10; i++) journal.append(BodyKind.TRACES, body);
    expect(journal.counts.dropped).toBeGreaterThan(0);
    await journal.flush();
    expect(journal.counts.written + journal.counts.dropped).toBe(11);
    expect(lines).toHaveLength(1);
  });

  it('says once that it cannot be written, counts, and begins again when all is dropped', async () => {
    const limits = { maxSegments: 8, maxSegmentBytes: 500 };
    const { journal, store, lines } = await startRun(limits);
    await journal.flush();
    // Something is in the way of the next segment.
    mkdirSync(join(path, '00000002.journal'));
    for (let trace = 1; trace <= 20; trace++) store.receiveTraces(bodyOf(trace));
    await journal.flush();
    for (let trace = 21; trace <= 30; trace++) store.receiveTraces(bodyOf(trace));
    expect(lines).toEqual([expect.stringContaining('cannot be written (EEXIST')]);
    expect(journal.counts.written + journal.counts.dropped).toBe(31);
    expect(store.counts().spans.stored).toBe(30);
    store.clear();
    await journal.flush();
    store.receiveTraces(bodyOf(31));
    await journal.close();
    rmSync(join(path, '00000002.journal'), { recursive: true });
    const next = await startRun(limits);
    await next.replay();
    expect(next.traces()).toEqual([31]);
  });

  it('takes nothing after it was closed', async () => {
    const { journal, store } = await startRun();
    await journal.close();
    await journal.close();
    store.receiveTraces(bodyOf(1));
    expect(journal.counts).toMatchObject({ written: 1, dropped: 1 });
  });

  it('leaves out old segments that would fill the store', async () => {
    const limits = { maxSegments: 8, maxSegmentBytes: 1_000 };
    const first = await startRun(limits);
    for (let trace = 1; trace <= 30; trace++) first.store.receiveTraces(bodyOf(trace));
    await first.journal.close();
    const { journal, folder, store, traces } = await startRun(limits);
    await replayJournal(journal, folder, store, 2_000);
    expect(traces().length).toBeLessThan(20);
    expect(traces()).toContain(30);
  });
});

describe('JournalFolder', () => {
  it('belongs to the user alone', async () => {
    await (await startRun()).journal.close();
    for (const folder of [path, join(path, '..')])
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, '00000001.journal')).mode & 0o777).toBe(0o600);
  });

  it('is named after the user and the port', () => {
    expect(journalFolderOf(4318, '/tmp')).toBe(`/tmp/nestjs-traced-${process.getuid?.()}/4318`);
  });

  it.each(['', '4318'])('is not used where "%s" is a link', (name) => {
    const other = join(base, 'other');
    mkdirSync(other, { mode: 0o700 });
    if (name !== '') mkdirSync(join(base, 'own'), { mode: 0o700 });
    symlinkSync(other, join(base, 'own', name));
    expect(() => new JournalFolder(path)).toThrow('is not a folder');
    expect(existsSync(join(other, '4318'))).toBe(false);
  });

  it('is not used where others may read it', () => {
    mkdirSync(path, { recursive: true });
    chmodSync(join(path, '..'), 0o700);
    chmodSync(path, 0o755);
    expect(() => new JournalFolder(path)).toThrow('is open to other users');
  });

  it('does not follow links of segments, and reads files only', () => {
    const folder = new JournalFolder(path);
    const target = join(base, 'target');
    writeFileSync(target, 'kept', { mode: 0o600 });
    symlinkSync(target, join(path, '00000001.journal'));
    expect(() => folder.open('00000001.journal')).toThrow('ELOOP');
    expect(() => folder.create('00000001.journal')).toThrow('EEXIST');
    mkdirSync(join(path, '00000002.journal'));
    expect(() => folder.open('00000002.journal')).toThrow();
    writeFileSync(join(path, '00000003.journal'), '', { mode: 0o600 });
    chmodSync(join(path, '00000003.journal'), 0o644);
    expect(() => folder.open('00000003.journal')).toThrow('is open to other users');
    expect(readFileSync(target, 'utf8')).toBe('kept');
  });
});
