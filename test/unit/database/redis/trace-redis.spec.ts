import { describe, expect, it } from '@jest/globals';
import { traceRedis } from '../../../../lib/database/redis/trace-redis.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { CommandDouble, IoredisDouble } from './ioredis-double.js';

const createTracing = tracingsOfTest();

describe('traceRedis', () => {
  it('returns the client, and takes options for it', () => {
    const { tracer, recorder } = createTracing();
    const client = new IoredisDouble();
    const options = {
      system: 'valkey',
      namespace: 'sessions',
      serverAddress: 'proxy',
      requireParent: false,
      queryText: 'sanitized',
      tracer,
    } as const;
    expect(traceRedis(client, options)).toBe(client);
    const command = new CommandDouble('get', ['a']);
    void client.sendCommand(command);
    command.resolve(1);
    expect(recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'valkey',
      'db.namespace': 'sessions',
      'server.address': 'proxy',
      'db.operation.name': 'GET',
      'db.query.text': 'GET ?',
    });
  });

  it.each([undefined, null, 'redis://user:secret@host', {}, []])('refuses %j', (value) => {
    expect(() => traceRedis(value as never)).toThrow(TracingConfigError);
    expect(() => traceRedis(value as never)).toThrow(
      'traceRedis.client must be a client of ioredis or node-redis',
    );
    expect(() => traceRedis(value as never)).not.toThrow('secret');
  });

  it.each([
    [{ requireParent: 1 }, 'traceRedis.requireParent'],
    [{ queryText: 'all' }, 'traceRedis.queryText'],
    [{ keyPattern: '*' }, 'traceRedis.keyPattern'],
    [{ foldQueriesAfter: 0 }, 'traceRedis.foldQueriesAfter'],
    [{ serverPort: 0 }, 'traceRedis.serverPort'],
    [{ tracer: {} }, 'traceRedis.tracer'],
  ])('refuses the option %j', (options, name) => {
    const client = new IoredisDouble();
    expect(() => traceRedis(client, options as never)).toThrow(`${name} must`);
    expect(Object.hasOwn(client, 'sendCommand')).toBe(false);
  });
});
