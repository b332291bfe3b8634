import { channel } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const CHANNELS = ['ioredis:command', 'node-redis:batch', 'mysql2:query', 'mssql:query'];

/** Other files of the same process may have left subscribers behind. */
function countSubscribers(name: string): number {
  const ends = ['start', 'asyncStart', 'error'].map((type) => channel(`tracing:${name}:${type}`));
  const lists = ends.map((end) => (end as { _subscribers?: unknown[] })._subscribers ?? []);
  return lists.reduce((sum, { length }) => sum + length, 0);
}

const before = new Map(CHANNELS.map((name) => [name, countSubscribers(name)]));

function watched(): string[] {
  return CHANNELS.filter((name) => countSubscribers(name) !== before.get(name));
}

describe('watchDatabaseChannels', () => {
  it('subscribes with the first application and unsubscribes with the last', () => {
    expect(watched()).toEqual([]);
    const first = createTracing();
    const second = createTracing({ database: { channels: ['mysql2'] } });
    expect(watched()).toEqual(CHANNELS);
    first.close();
    expect(watched()).toEqual(['mysql2:query']);
    second.close();
    expect(watched()).toEqual([]);
  });

  it.each([
    { database: false as const },
    { database: { channels: false as const } },
    { enabled: false },
  ])('subscribes to nothing with %j', (options) => {
    createTracing(options);
    expect(watched()).toEqual([]);
  });

  it('traces for the applications that want it only', async () => {
    const { tracer, recorder } = createTracing();
    const other = createTracing({ database: { channels: ['mssql'] } });
    const publish = (): void => {
      const message = { command: 'get' };
      channel('tracing:ioredis:command:start').publish(message);
      channel('tracing:ioredis:command:asyncStart').publish(message);
    };
    tracer.trace('work', publish);
    other.tracer.trace('work', publish);
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['GET', 'work']);
    expect(other.recorder.takeSpans().map(({ name }) => name)).toEqual(['work']);
  });
});
