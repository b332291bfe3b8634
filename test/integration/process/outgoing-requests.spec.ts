import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltPrograms } from './child-program.js';

let programs: BuiltPrograms;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);
afterAll(() => programs?.remove());

interface Begun {
  readonly roots: unknown[];
  readonly parentCount: number;
  readonly errors: string[];
}

describe('the outgoing requests of a program', () => {
  it('are roots outside of any operation; nothing is watched before and after the tracing', async () => {
    const program = programs.start('outgoing', { TOOL: 'none', COUNT: '10' });
    expect(await program.said('before')).toEqual([false, false, false, false]);
    expect(await program.said('roots')).toEqual([
      ['GET', null],
      ['GET', null],
    ]);
    expect(await program.said('parentCount')).toBe(2);
    expect(await program.said('after')).toEqual([false, false, false, false]);
    expect(await program.said('unsent')).toEqual([null, null]);
    expect(await program.ended).toMatchObject({ exitCode: 0, log: '' });
  }, 30_000);

  it('are traced beside a tool whose subscribers throw', async () => {
    const program = programs.start('outgoing', { TOOL: 'hostile', COUNT: '10' });
    expect(await program.said<Begun['roots']>('roots')).toHaveLength(2);
    expect(await program.said('errors')).toEqual(['of another tool']);
    expect(await program.said('live')).toBe(0);
    expect((await program.ended).exitCode).toBe(0);
  }, 30_000);

  it('leave nothing in memory, over 10,000 of them', async () => {
    const program = programs.start('outgoing', { TOOL: 'none', COUNT: '5000' }, ['--expose-gc']);
    const heaps = await program.said<number[]>('heaps');
    expect(await program.said('live')).toBe(0);
    await program.ended;
    // The first tenths warm the caches up. A span that stays costs more than 500 bytes.
    const growth = (heaps.at(-1) as number) - (heaps[2] as number);
    expect(growth / 7000).toBeLessThan(150);
  }, 60_000);
});
