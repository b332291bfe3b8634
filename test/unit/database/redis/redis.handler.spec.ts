import { describe, expect, it } from '@jest/globals';
import { contextStorage, StartUpSpan, withLibraryWork } from '../../../../lib/context/index.js';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { RedisHandler } from '../../../../lib/database/redis/redis.handler.js';
import type { RedisTracingOptions } from '../../../../lib/database/redis/redis-options.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const SERVER = { serverAddress: 'cache', serverPort: 6379, database: 2 };

function handlerWith(options: RedisTracingOptions = {}, source = {}) {
  const tracing = createTracing();
  const base = new DatabaseHandler({ system: 'redis', ...source }, { tracer: tracing.tracer });
  const handler = new RedisHandler(base, options, 'test');
  const inSpan = (work: () => void): string => {
    tracing.tracer.trace('work', work);
    const text = traceAsText(tracing.recorder.takeSpans(), { attributes: true });
    return text.split('\n').slice(1).join('\n').trim();
  };
  return { ...tracing, handler, inSpan };
}

describe('RedisHandler', () => {
  it('names the command, the database and the server, and shows no argument', () => {
    const { handler, inSpan } = handlerWith();
    expect(inSpan(() => handler.begin({ name: 'get', args: ['secret'] }, SERVER)?.finish())).toBe(
      'GET [client] db.namespace="2" db.operation.name=GET db.system.name=redis server.address=cache server.port=6379',
    );
  });

  it('prefers what the user says about the server', () => {
    const { handler, inSpan } = handlerWith({}, { namespace: 'sessions', serverAddress: 'proxy' });
    expect(inSpan(() => handler.begin({ name: 'get' }, SERVER)?.finish())).toBe(
      'GET [client] db.namespace=sessions db.operation.name=GET db.system.name=redis server.address=proxy',
    );
  });

  it('shows a pattern of the key, and the number of arguments', () => {
    const { handler, inSpan } = handlerWith({
      keyPattern: (command, key) => (command === 'GET' ? key.replace(/\d+/, '*') : undefined),
      queryText: 'sanitized',
    });
    const text = inSpan(() => {
      handler.begin({ name: 'get', args: ['user:17'] }, undefined)?.finish();
      handler.begin({ name: 'del', args: ['user:17'] }, undefined)?.finish();
    });
    expect(text.split('\n').map((line) => line.trim())).toEqual([
      'GET user:* [client] db.operation.name=GET db.query.text="GET ?" db.system.name=redis nestjs_traced.db.key_pattern=user:*',
      'DEL [client] db.operation.name=DEL db.query.text="DEL ?" db.system.name=redis',
    ]);
  });

  it('survives a pattern that throws, and reports it', () => {
    const { handler, inSpan, warnings } = handlerWith({
      keyPattern: () => {
        throw new Error('no');
      },
    });
    expect(inSpan(() => handler.begin({ name: 'get', args: ['a'] }, undefined)?.finish())).toBe(
      'GET [client] db.operation.name=GET db.system.name=redis',
    );
    expect(warnings).toEqual([expect.stringContaining('keyPattern threw')]);
  });

  it('shows a batch as one span, with the common operation', () => {
    const { handler, inSpan } = handlerWith({ queryText: 'sanitized' });
    const batch = [
      { name: 'set', args: ['a', 1] },
      { name: 'set', args: ['b', 2] },
    ];
    const text = inSpan(() => {
      handler.begin({ name: 'MULTI', batch }, undefined)?.finish();
      handler.begin({ name: 'PIPELINE', batchSize: 3 }, undefined)?.finish();
    });
    expect(text.split('\n').map((line) => line.trim())).toEqual([
      'MULTI SET [client] db.operation.batch.size=2 db.operation.name="MULTI SET" db.query.text="SET ? ?; SET ? ?" db.system.name=redis',
      'PIPELINE [client] db.operation.batch.size=3 db.operation.name=PIPELINE db.system.name=redis',
    ]);
  });

  it('says that a command may wait', () => {
    const { handler, inSpan } = handlerWith();
    expect(
      inSpan(() => handler.begin({ name: 'blpop', args: ['a', 0] }, undefined)?.finish()),
    ).toBe(
      'BLPOP [client] db.operation.name=BLPOP db.system.name=redis nestjs_traced.db.blocking_command=true',
    );
  });

  it('needs a parent, unless an option says otherwise', () => {
    const { handler, recorder } = handlerWith();
    expect(handler.begin({ name: 'get' }, undefined)).toBeUndefined();
    expect(recorder.takeSpans()).toEqual([]);
    const other = handlerWith({ requireParent: false });
    other.handler.begin({ name: 'get' }, undefined)?.finish();
    expect(other.recorder.takeSpan().name).toBe('GET');
  });

  it.each(['auth', 'hello', 'client', 'select', 'info', 'ping', 'cluster'])(
    'has no span for %s, which clients send for their connections',
    (name) => {
      const { handler, tracer, recorder } = handlerWith({ requireParent: false });
      tracer.trace('work', () => expect(handler.begin({ name }, undefined)).toBeUndefined());
      expect(recorder.takeSpan().name).toBe('work');
    },
  );

  it('leaves consumers that wait for their first message out of the start of an application', () => {
    const { handler, tracer, recorder } = handlerWith();
    const start = new StartUpSpan(tracer.startSpan('bootstrap'));
    const context = contextStorage.active().withSpan(start);
    contextStorage.run(context, () => {
      expect(handler.begin({ name: 'bzpopmin' }, undefined)).toBeUndefined();
      handler.begin({ name: 'get' }, undefined)?.finish();
      start.release();
      expect(handler.begin({ name: 'get' }, undefined)).toBeUndefined();
    });
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['GET']);
    recorder.reset();
  });

  it('has no span for what a library does by itself', () => {
    const { handler, tracer, recorder } = handlerWith();
    tracer.trace('work', () => {
      contextStorage.run(withLibraryWork(contextStorage.active()), () => {
        expect(handler.begin({ name: 'evalsha' }, undefined)).toBeUndefined();
      });
    });
    expect(recorder.takeSpan().name).toBe('work');
  });

  it('shows the code of a failure, and its message without values', () => {
    const { handler, inSpan } = handlerWith();
    const error = Object.assign(new Error("ERR unknown command 'secret'"), { name: 'ReplyError' });
    expect(inSpan(() => handler.begin({ name: 'get' }, undefined)?.fail(error))).toBe(
      'GET [client] db.operation.name=GET db.response.status_code=ERR db.system.name=redis error.type=ERR ERROR "ERR unknown command ?"',
    );
  });

  it('reports a command that cannot be read', () => {
    const { handler, tracer, recorder, warnings } = handlerWith();
    const hostile = {
      get name(): string {
        throw new Error('no');
      },
    };
    tracer.trace('work', () => expect(handler.begin(hostile, undefined)).toBeUndefined());
    expect(recorder.takeSpan().name).toBe('work');
    expect(warnings).toEqual([expect.stringContaining('could not be traced')]);
  });
});
