import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { RepeatedTask } from '../../../../lib/sampling/remote/repeated-task.js';
import { until } from '../../../support/until.js';

const tasks: RepeatedTask[] = [];

function create(run: (signal: AbortSignal) => unknown, intervalMillis = 1): RepeatedTask {
  const task = new RepeatedTask(
    () => intervalMillis,
    async (signal) => void (await run(signal)),
  );
  tasks.push(task);
  return task;
}

afterEach(() => {
  for (const task of tasks.splice(0)) task.stop();
});

describe('RepeatedTask', () => {
  it('runs at once, and again and again', async () => {
    let runs = 0;
    const task = create(() => runs++);
    expect(task.isRunning).toBe(false);
    task.start();
    task.start();
    expect(runs).toBe(1);
    expect(task.isRunning).toBe(true);
    await until(
      () => runs >= 4,
      () => runs,
    );
  });

  it('waits for an interval first if it should', async () => {
    let runs = 0;
    create(() => runs++).start(false);
    expect(runs).toBe(0);
    await until(
      () => runs >= 2,
      () => runs,
    );
  });

  it('does not overlap', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    create(async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      runs++;
    }).start();
    await until(
      () => runs >= 5,
      () => runs,
    );
    expect(most).toBe(1);
  });

  it('stops, also in the middle of a run, and starts again', async () => {
    let runs = 0;
    const signals: AbortSignal[] = [];
    const task = create((signal) => {
      runs++;
      signals.push(signal);
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    });
    task.start();
    task.stop();
    expect(signals[0]?.aborted).toBe(true);
    await new Promise(setImmediate);
    expect(runs).toBe(1);
    expect(task.isRunning).toBe(false);
    task.start();
    expect(runs).toBe(2);
    expect(signals[1]?.aborted).toBe(false);
  });

  it('runs outside of the context that started it', () => {
    const seen: TracingContext[] = [];
    const task = create(() => seen.push(contextStorage.active()));
    contextStorage.run(TracingContext.ROOT.setValue(Symbol('x'), 1) as TracingContext, () =>
      task.start(),
    );
    expect(seen).toEqual([TracingContext.SUPPRESSED]);
  });
});
