import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const server = { database: 0, serverAddress: 'cache', serverPort: 6379 };
const tail = 'db.system.name=redis server.address=cache server.port=6379';

async function publish(name: string, message: object, fn = async (): Promise<void> => {}) {
  await tracingChannel(name).tracePromise(fn, message);
}

describe('traceRedisLibrary', () => {
  it('traces what ioredis publishes', async () => {
    const { tracer, recorder } = createTracing();
    await tracer.trace('work', async () => {
      await publish('ioredis:command', { command: 'get', args: ['secret'], ...server });
      await publish('ioredis:batch', { batchMode: 'MULTI', batchSize: 2, ...server }, () =>
        publish('ioredis:command', { command: 'set', args: [], ...server }),
      );
    });
    expect(traceAsText(recorder.takeSpans())).toBe(
      [
        'work',
        `  GET [client] db.namespace="0" db.operation.name=GET ${tail}`,
        `  MULTI [client] db.namespace="0" db.operation.batch.size=2 db.operation.name=MULTI ${tail}`,
      ].join('\n'),
    );
  });

  it('traces what node-redis publishes', async () => {
    const { tracer, recorder } = createTracing({
      database: { redis: { keyPattern: (_, key) => key } },
    });
    await tracer.trace('work', async () => {
      await publish('node-redis:command', { command: 'GET', args: ['GET', 'a'], ...server });
      await publish('node-redis:batch', { batchMode: 'PIPELINE', batchSize: 1, ...server }, () =>
        publish('node-redis:command', {
          command: 'SET',
          args: ['SET'],
          batchMode: 'PIPELINE',
          ...server,
        }),
      );
    });
    expect(traceAsText(recorder.takeSpans())).toBe(
      [
        'work',
        '  GET a [client] db.namespace="0" db.operation.name=GET db.system.name=redis nestjs_traced.db.key_pattern=a server.address=cache server.port=6379',
        `  PIPELINE [client] db.namespace="0" db.operation.name=PIPELINE ${tail}`,
      ].join('\n'),
    );
  });

  it.each([{}, { command: 1, args: 'x' }, { command: 'get', serverPort: 'x', database: {} }])(
    'survives %j',
    async (message) => {
      const { tracer, recorder, warnings } = createTracing();
      await tracer.trace('work', () => publish('ioredis:command', message));
      expect(recorder.takeSpans().length).toBeLessThanOrEqual(2);
      expect(warnings).toEqual([]);
    },
  );
});
