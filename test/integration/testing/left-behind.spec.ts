import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dedent } from '../../../lib/testing/index.js';
import { BuiltPrograms } from '../process/child-program.js';

const MODULE_COUNT = 50;

let programs: BuiltPrograms;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);

afterAll(() => programs.remove());

describe('fifty applications under test, opened and closed in turn', () => {
  it('leave nothing in their process, which then ends', async () => {
    const settings = { MODULE_COUNT: String(MODULE_COUNT) };
    const program = programs.start('testing-modules', settings, ['--expose-gc']);
    const { exitCode, signal, log } = await program.ended;
    expect({ exitCode, signal, log }).toEqual({ exitCode: 0, signal: null, log: '' });

    const before = await program.said('before');
    expect(before).toMatchObject({
      channels: [],
      isGlobalTracerRecording: false,
      isDecoratedMethodTraced: false,
    });
    expect(await program.said('after')).toEqual(before);
    expect(await program.said('traces')).toEqual([
      dedent`
        GET [client]
          GET /orders [server]
            OrdersService.find
      `,
    ]);
    // The last ones can still be on the stack.
    expect(await program.said('keptRecorders')).toBeLessThanOrEqual(1);
    expect(await program.said('keptApplications')).toBeLessThanOrEqual(1);
  });
});
