import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type RunningTracing,
  unwatchProcessEnd,
  watchProcessEnd,
} from '../../../lib/assembly/process-end.js';
import { Diagnostics } from '../../../lib/diagnostics.js';

/** A tracing whose flushes deliver so many spans each. */
class FakeTracing implements RunningTracing {
  readonly lines: string[] = [];
  readonly diagnostics = new Diagnostics({ warn: (line) => this.lines.push(line) });
  flushCount = 0;

  constructor(
    public undeliveredCount: number,
    private readonly deliveredByFlush: number,
  ) {}

  describeUndelivered(): string {
    return this.undeliveredCount === 1 ? '1 span' : `${this.undeliveredCount} spans`;
  }

  async flushAtEnd(): Promise<void> {
    this.flushCount++;
    this.undeliveredCount -= this.deliveredByFlush;
  }
}

const watched: FakeTracing[] = [];

function watch(undeliveredCount: number, deliveredByFlush = undeliveredCount): FakeTracing {
  const tracing = new FakeTracing(undeliveredCount, deliveredByFlush);
  watched.push(tracing);
  watchProcessEnd(tracing);
  return tracing;
}

/** Calls our listeners only: those of the test runner would end the worker. */
function emit(event: 'beforeExit' | 'exit'): void {
  const listeners = process.listeners(event as 'exit').slice(listenersBefore[event]);
  for (const listener of listeners) listener.call(process, 0);
}

const listenersBefore = {
  beforeExit: process.listenerCount('beforeExit'),
  exit: process.listenerCount('exit'),
};

afterEach(() => {
  for (const tracing of watched.splice(0)) unwatchProcessEnd(tracing);
  expect(process.listenerCount('beforeExit')).toBe(listenersBefore.beforeExit);
  expect(process.listenerCount('exit')).toBe(listenersBefore.exit);
});

describe('when the event loop runs dry', () => {
  it('what is undelivered is flushed', () => {
    const tracings = [watch(3), watch(0), watch(1)];
    emit('beforeExit');
    expect(tracings.map(({ flushCount }) => flushCount)).toEqual([1, 0, 1]);
    emit('exit');
    expect(tracings.flatMap(({ lines }) => lines)).toEqual([]);
  });

  it('is flushed again as long as that delivers something', () => {
    const tracing = watch(3, 1);
    for (let count = 0; count < 5; count++) emit('beforeExit');
    expect(tracing.flushCount).toBe(3);
  });

  it('is not flushed again if that delivered nothing, and the process can end', () => {
    const tracing = watch(3, 0);
    for (let count = 0; count < 5; count++) emit('beforeExit');
    expect(tracing.flushCount).toBe(1);
  });
});

describe('when the process ends', () => {
  it.each([
    [1, '1 span undelivered'],
    [40, '40 spans undelivered'],
  ])('one line says that %i spans are lost', (count, words) => {
    const tracing = watch(count);
    emit('exit');
    expect(tracing.lines).toEqual([
      `The process ends with ${words}. They are lost. Call app.close() or tracing.shutdown() ` +
        'before the process ends, and app.enableShutdownHooks() for signals.',
    ]);
  });

  it('nothing is said of a tracing that was shut down before', () => {
    const tracing = watch(4);
    unwatchProcessEnd(tracing);
    unwatchProcessEnd(tracing);
    emit('exit');
    expect(tracing.lines).toEqual([]);
  });
});

it('many applications add one listener', () => {
  for (let count = 0; count < 20; count++) watch(0);
  expect(process.listenerCount('exit')).toBe(listenersBefore.exit + 1);
});
