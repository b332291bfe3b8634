import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltPrograms } from '../process/child-program.js';

let programs: BuiltPrograms;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 60_000);
afterAll(() => programs.remove());

describe('a timer that outlives a gRPC call', () => {
  it.each([
    ['recorded, by the hooks', { SAMPLED: 'true', HOOKS: 'true' }],
    ['recorded, by the interceptor', { SAMPLED: 'true', HOOKS: 'false' }],
    ['not sampled, by the hooks', { SAMPLED: 'false', HOOKS: 'true' }],
    ['not sampled, by the interceptor', { SAMPLED: 'false', HOOKS: 'false' }],
  ])(
    'retains nothing of it: %s',
    async (_, settings) => {
      const program = programs.start('grpc-timers', settings, ['--expose-gc']);
      try {
        const { seen, left } = await program.said<{ seen: number; left: string[] }>('counts');
        // For each call at least the message, the metadata and the call object of both sides.
        expect(seen).toBeGreaterThan(200 * 6);
        expect(left).toEqual([]);
      } finally {
        await program.kill();
      }
    },
    60_000,
  );
});
