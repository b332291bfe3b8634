import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { spansOf } from '../../unit/export/otlp/read-otlp.js';
import { BuiltPrograms } from './child-program.js';
import { placesOf } from './places.js';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('a file of spans that takes no more in the middle of a line', () => {
  it('has whole lines only, and what is not in it is counted', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nestjs-traced-'));
    stops.push(() => rmSync(directory, { recursive: true }));
    const programs = await BuiltPrograms.build();
    stops.unshift(() => programs.remove());
    // 16 KiB: less than ten batches take, and no multiple of what one takes.
    const program = programs.start('note', { DIRECTORY: directory }, [], '-f 32');
    stops.unshift(() => program.kill());
    const places = placesOf(await program.said('counts'));
    expect(await program.ended).toEqual({ exitCode: 0, signal: null, log: '' });

    const lines = readdirSync(directory)
      .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n'))
      .filter((line) => line !== '');
    const spans = lines.map((line) => JSON.parse(line)).flatMap(spansOf);
    const { started, exported, failed } = places;
    expect(spans).toHaveLength(exported);
    expect(exported).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(0);
    expect(exported + failed).toBe(started);
  }, 120_000);
});
