import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import { Observable, of } from 'rxjs';
import { Traced } from '../../../lib/decorators/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { LazyQuery } from '../../support/lazy-query.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

class Reports {
  @Traced()
  *rows(): Generator<number> {
    yield 1;
    yield 2;
  }

  @Traced()
  async *pages(): AsyncGenerator<number> {
    yield 1;
  }

  @Traced()
  events() {
    return of(1, 2);
  }

  @Traced()
  endless() {
    return new Observable<never>(() => {});
  }

  @Traced()
  query() {
    return new LazyQuery(() => 'A-1');
  }

  @Traced()
  file() {
    return Readable.from(['a']);
  }

  @Traced()
  download() {
    return new StreamableFile(Readable.from(['a']));
  }

  @Traced({ callback: true })
  callback(_done: () => void): void {}

  @Traced()
  async later() {
    return of(1, 2);
  }

  @Traced()
  async laterFile() {
    return Readable.from(['a']);
  }
}

const reports = new Reports();

describe('a result of a traced method that nobody consumes', () => {
  it.each<[keyof Reports, () => unknown]>([
    ['rows', () => reports.rows()],
    ['rows', () => void reports.rows().next()],
    ['pages', () => reports.pages()],
    ['events', () => reports.events()],
    ['query', () => void reports.query()],
    ['file', () => reports.file()],
    ['download', () => reports.download()],
    ['callback', () => reports.callback(() => {})],
    ['later', () => reports.later()],
    ['laterFile', () => reports.laterFile()],
  ])('ends its span as abandoned when it is collected: %s', async (name, call) => {
    const { recorder, provider, close } = createTestTracing();
    await callAndForget(call);
    expect(recorder.openSpans).toHaveLength(1);
    const { core } = provider;
    for (let turn = 0; core.startedCount > core.endedCount && turn < 100; turn++) {
      collectGarbage();
      await wait(1);
    }
    close();
    expect(core.startedCount - core.endedCount).toBe(0);
    expect(traceAsText(recorder.takeSpans(), { events: true })).toBe(
      `Reports.${name} (event abandoned)`,
    );
  });

  it('leaves the span of a subscription open whose source is collected', async () => {
    const { recorder, provider, close } = createTestTracing();
    await callAndForget(() => void reports.endless().subscribe());
    await callAndForget(() => void reports.events());
    const { core } = provider;
    for (let turn = 0; core.endedCount === 0 && turn < 100; turn++) {
      collectGarbage();
      await wait(1);
    }
    expect(traceAsText(recorder.takeSpans(), { events: true })).toBe(
      'Reports.events (event abandoned)',
    );
    expect(recorder.openSpans.map(({ name }) => name)).toEqual(['Reports.endless']);
    close();
    recorder.reset();
  });

  it('is not marked when its consumer took it to the end', async () => {
    const { recorder, close } = createTestTracing();
    await callAndForget(() => [...reports.rows()]);
    await callAndForget(() => reports.events().subscribe());
    for (let turn = 0; turn < 5; turn++) {
      collectGarbage();
      await wait(1);
    }
    close();
    expect(traceAsText(recorder.takeSpans(), { events: true })).toBe(
      'Reports.rows\n\nReports.events',
    );
  });
});

/** In a function of its own: its frame must not keep the result. */
async function callAndForget(call: () => unknown): Promise<void> {
  await call();
}
