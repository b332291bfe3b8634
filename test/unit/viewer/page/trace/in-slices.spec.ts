import { describe, expect, it } from '@jest/globals';
import { inSlices } from '../../../../../lib/viewer/page/trace/in-slices.js';

/** Steps of 3 ms each, and a clock that they move. */
function stepsOf(count: number) {
  const taken: number[] = [];
  const timers: (() => void)[] = [];
  let now = 0;
  function* steps(): Generator<void, void> {
    for (let i = 0; i < count; i++) {
      now += 3;
      taken.push(i);
      yield;
    }
  }
  const clock = {
    nowMillis: () => now,
    later: (run: () => void) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  };
  return { taken, timers, clock, steps };
}

describe('inSlices', () => {
  it('takes steps for 8 ms, and the next ones later', () => {
    const { taken, timers, clock, steps } = stepsOf(7);
    let doneCount = 0;
    inSlices(steps(), clock, () => doneCount++);
    expect([taken.length, timers.length, doneCount]).toEqual([3, 1, 0]);
    timers.shift()?.();
    expect([taken.length, timers.length, doneCount]).toEqual([6, 1, 0]);
    timers.shift()?.();
    expect([taken.length, timers.length, doneCount]).toEqual([7, 0, 1]);
  });

  it('is done at once with few steps', () => {
    const { timers, clock, steps } = stepsOf(1);
    let doneCount = 0;
    inSlices(steps(), clock, () => doneCount++);
    expect([timers.length, doneCount]).toEqual([0, 1]);
  });

  it('ends what is left', () => {
    const { taken, timers, clock, steps } = stepsOf(7);
    const end = inSlices(steps(), clock, () => {});
    timers.shift()?.();
    end();
    expect([taken.length, timers.length]).toEqual([6, 0]);
  });
});
