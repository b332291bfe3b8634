import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltPrograms } from './child-program.js';

let programs: BuiltPrograms;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);
afterAll(() => programs.remove());

describe.each(['express', 'fastify'])('a context of a request on %s', (PLATFORM) => {
  it.each(['true', 'false'])(
    'in timers, a cache and the storage of a throttler retains ids only (sampled: %s)',
    async (IS_SAMPLED) => {
      const settings = { PLATFORM, IS_SAMPLED };
      const program = programs.start('retained-contexts', settings, ['--expose-gc']);
      const live = await program.said('live');
      await program.ended;
      // A request with headers, a response and a body for each of 200, an error for each of 100, and a request
      // and a response for 20.
      expect(await program.said('watched')).toBe(940);
      expect(await program.said('contexts')).toBe(220);
      expect(live).toBe(0);
      // The spans of the 20 requests without an end are open if they are recorded.
      expect(await program.said('endedSpans')).toBe(IS_SAMPLED === 'true' ? 200 : 220);
      expect(await program.said('fullSpans')).toBe(0);
    },
    30_000,
  );
});
