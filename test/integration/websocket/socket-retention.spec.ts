import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltPrograms } from '../process/child-program.js';

let programs: BuiltPrograms;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 60_000);
afterAll(() => programs.remove());

describe('a timer that outlives messages of gateways and operations of GraphQL', () => {
  it.each(['true', 'false'])(
    'retains nothing of them, and connections nothing of ended ones, recorded: %s',
    async (isSampled) => {
      const program = programs.start('socket-timers', { SAMPLED: isSampled }, ['--expose-gc']);
      try {
        const { seen, left } = await program.said<{ seen: number; left: string[] }>('counts');
        // Of each client of four servers at least the objects of three messages or operations.
        expect(seen).toBeGreaterThan(4 * 15 * 8);
        expect(left).toEqual([]);
      } finally {
        await program.kill();
      }
    },
    90_000,
  );
});
