import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  attachMongo,
  isTraceableMongo,
  isTracedMongo,
  traceMongo,
} from '../../../../lib/database/mongodb/trace-mongo.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { commandStarted as started } from './command-started.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });

/** As the client of the driver. */
class Client extends EventEmitter {
  readonly options: { monitorCommands?: boolean } = { monitorCommands: true };

  db(): void {}
}

describe('traceMongo', () => {
  it('returns the client, and listens once', () => {
    const client = new Client();
    expect(traceMongo(client)).toBe(client);
    traceMongo(client);
    expect(client.listenerCount('commandStarted')).toBe(1);
  });

  it('ends a span once, and ignores the end of a command that it did not see start', () => {
    const client = traceMongo(new Client());
    const find = started({ find: 'orders' });
    client.emit('commandSucceeded', { ...find, reply: { ok: 1 } });
    client.emit('commandStarted', find);
    client.emit('commandSucceeded', { ...find, reply: { ok: 1 } });
    client.emit('commandFailed', { ...find, failure: new RangeError('late') });
    expect(taken()).toBe('find orders [client]');
  });

  it('shows the text of no single command on a span that several share', () => {
    const client = traceMongo(new Client(), { foldQueriesAfter: 1, queryText: 'sanitized' });
    tracing.tracer.trace('work', () => {
      for (let requestId = 1; requestId <= 3; requestId++) {
        const find = started({ find: 'orders', filter: { [`field${requestId}`]: 1 } }, requestId);
        client.emit('commandStarted', find);
        client.emit('commandSucceeded', { ...find, reply: { ok: 1 } });
      }
    });
    const spans = tracing.recorder.takeSpans();
    const texts = spans.map(({ name, attributes }) => [name, attributes['db.query.text']]);
    expect(texts).toEqual([
      ['find orders', expect.stringContaining('field1')],
      ['find orders', undefined],
      ['work', undefined],
    ]);
  });

  it('reports events that it cannot read, and does not throw into the driver', () => {
    const client = traceMongo(new Client());
    client.emit('commandStarted', {});
    client.emit('commandStarted', undefined);
    client.emit('commandFailed', undefined);
    expect(tracing.tracer.diagnostics.counts()).toEqual({
      'An event of the MongoDB driver could not be read; its command has no complete span': 3,
    });
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('does not throw into the driver while no application runs', () => {
    tracing.close();
    const client = traceMongo(new Client());
    client.emit('commandStarted', {});
    client.emit('commandSucceeded', started({ find: 'orders' }));
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('accepts a client that does not show its options', () => {
    const client = Object.assign(new EventEmitter(), { db() {} });
    expect(traceMongo(client)).toBe(client);
  });

  it('refuses a client without command monitoring, and a text option of SQL', () => {
    const client = Object.assign(new Client(), { options: { monitorCommands: false } });
    expect(() => traceMongo(client)).toThrow(
      'traceMongo.client must be a MongoClient with command monitoring',
    );
    const options = { queryText: 'sanitized-unless-parameterized' } as never;
    expect(() => traceMongo(new Client(), options)).toThrow(
      "traceMongo.queryText must be one of 'sanitized', 'none'",
    );
  });

  it('switches monitoring on for a client that has not connected yet', () => {
    const create = (topology?: object) => {
      const options = { monitorCommands: false };
      const client = Object.assign(new Client(), { options, topology });
      return Object.defineProperty(client, 'monitorCommands', {
        set: (value: boolean) => {
          options.monitorCommands = value;
        },
      });
    };
    const client = create();
    expect([isTraceableMongo(client), isTraceableMongo(create({})), isTraceableMongo({})]).toEqual([
      true,
      false,
      false,
    ]);
    const detach = attachMongo(client);
    expect(client.options.monitorCommands).toBe(true);
    expect(attachMongo(client)).toBe(detach);
    detach();
    expect([isTracedMongo(client), client.listenerCount('commandFailed')]).toEqual([false, 0]);
    expect(() => traceMongo(create({}))).toThrow('one that has not connected yet');
  });
});
