import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/index.js';
import { CommandsInFlight } from '../../../../lib/database/mongodb/commands-in-flight.js';
import {
  isOfDriver,
  readCommand,
  sanitizeCommand,
  sourceOfCommand,
} from '../../../../lib/database/mongodb/mongo-command.js';
import { MongoHandlers } from '../../../../lib/database/mongodb/mongo-handlers.js';
import {
  countDocuments,
  describeFailure,
  findWriteFailure,
} from '../../../../lib/database/mongodb/mongo-reply.js';
import type { CommandStarted } from '../../../../lib/database/mongodb/mongo-shape.js';
import { traceMongo } from '../../../../lib/database/mongodb/trace-mongo.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['error.type'] });

/** As the driver's client, as far as tracing is concerned. */
class Client extends EventEmitter {
  readonly options: { monitorCommands?: boolean } = { monitorCommands: true };

  db(): void {}
}

function started(command: Record<string, unknown>, requestId = 1): CommandStarted {
  const commandName = Object.keys(command)[0] as string;
  const address = '127.0.0.1:27017';
  return { address, connectionId: 1, requestId, databaseName: 'shop', commandName, command };
}

describe('traceMongo', () => {
  it('gives back the same, and is done once', () => {
    const client = new Client();
    expect(traceMongo(client)).toBe(client);
    traceMongo(client);
    expect(client.listenerCount('commandStarted')).toBe(1);
  });

  it('ends a span once, whatever the driver tells again or of what never began', () => {
    const client = traceMongo(new Client());
    const find = started({ find: 'orders' });
    client.emit('commandSucceeded', { ...find, reply: { ok: 1 } });
    client.emit('commandStarted', find);
    client.emit('commandSucceeded', { ...find, connectionId: 2, reply: { ok: 1 } });
    client.emit('commandSucceeded', { ...find, address: 'other:1', reply: { ok: 1 } });
    expect(tracing.recorder.openSpans).toHaveLength(1);
    client.emit('commandSucceeded', { ...find, reply: { ok: 1 } });
    client.emit('commandFailed', { ...find, failure: new RangeError('late') });
    expect(taken()).toBe('find orders [client]');
  });

  it('folds commands that repeat each other, and shows the text of none of them on their span', () => {
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

  it('gives up a command whose number comes again', () => {
    const client = traceMongo(new Client());
    client.emit('commandStarted', started({ find: 'orders' }));
    client.emit('commandStarted', started({ count: 'orders' }));
    client.emit('commandSucceeded', started({ count: 'orders' }));
    expect(taken()).toBe(
      [
        'find orders [client] error.type=unanswered ERROR "the driver did not say how it ended"',
        '',
        'count orders [client]',
      ].join('\n'),
    );
    expect(tracing.tracer.diagnostics.counts()).toEqual({
      'A command of MongoDB was given up, because the driver did not say how it ended': 1,
    });
  });

  it('leaves the command unharmed by events that cannot be read', () => {
    const client = traceMongo(new Client());
    client.emit('commandStarted', {});
    client.emit('commandStarted', undefined);
    client.emit('commandFailed', undefined);
    expect(tracing.tracer.diagnostics.counts()).toEqual({
      'A command of MongoDB could not be traced': 3,
    });
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('does nothing where nothing is traced', () => {
    tracing.close();
    const client = traceMongo(new Client());
    client.emit('commandStarted', started({ find: 'orders' }));
    client.emit('commandStarted', {});
    client.emit('commandSucceeded', started({ find: 'orders' }));
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('takes a client whose options cannot be seen', () => {
    const client = Object.assign(new EventEmitter(), { db() {} });
    expect(traceMongo(client)).toBe(client);
  });

  it.each([
    [{}, {}, 'traceMongo.client must be a MongoClient'],
    [null, {}, 'traceMongo.client must be a MongoClient'],
    [
      Object.assign(new Client(), { options: { monitorCommands: false } }),
      {},
      'traceMongo.client must report its commands',
    ],
    [
      new Client(),
      { queryText: 'sanitized-unless-parameterized' },
      "traceMongo.queryText must be one of 'sanitized', 'none'",
    ],
    [new Client(), { maxQueryTextLength: 0 }, 'traceMongo.maxQueryTextLength must be'],
  ])('refuses %p with %j', (client, options, message) => {
    expect(() => traceMongo(client as object, options as never)).toThrow(message);
  });
});

describe('CommandsInFlight', () => {
  it('gives up the oldest when there are too many', () => {
    const inFlight = new CommandsInFlight(2);
    const handler = new DatabaseHandler({ system: 'mongodb' });
    for (const requestId of [1, 2, 3]) {
      const operation = handler.begin({ operation: `find${requestId}` });
      if (operation) inFlight.put(started({ find: 'a' }, requestId), operation);
    }
    expect(inFlight.take(started({ find: 'a' }, 1))).toBeUndefined();
    for (const requestId of [2, 3]) inFlight.take(started({ find: 'a' }, requestId))?.finish();
    // What was answered counts no more.
    expect(inFlight.take(started({ find: 'a' }, 2))).toBeUndefined();
    expect(taken()).toBe(
      [
        'find1 [client] error.type=unanswered ERROR "the driver did not say how it ended"',
        'find2 [client]',
        'find3 [client]',
      ].join('\n\n'),
    );
  });
});

describe('MongoHandlers', () => {
  it('has one for each database of each server, as long as they are not too many', () => {
    const handlers = new MongoHandlers({}, 2);
    const of = (databaseName: string, address = 'a:1') =>
      handlers.of({ ...started({ find: 'a' }), databaseName, address });
    const shop = of('shop');
    expect(of('shop')).toBe(shop);
    expect(of('shop', 'b:1')).not.toBe(shop);
    expect(of('shop')).toBe(shop);
    of('other');
    expect(of('shop')).not.toBe(shop);
  });
});

describe('isOfDriver', () => {
  it.each([
    ['hello', true],
    ['isMaster', true],
    ['saslStart', true],
    ['ping', true],
    ['endSessions', true],
    ['find', false],
    ['createUser', false],
  ])('knows %s', (name, expected) => {
    expect(isOfDriver(name)).toBe(expected);
  });
});

describe('readCommand', () => {
  it.each([
    [{ find: 'orders' }, { operation: 'find', collection: 'orders' }],
    [
      { getMore: 7n, collection: 'orders' },
      { operation: 'getMore', collection: 'orders' },
    ],
    [{ aggregate: 1, pipeline: [] }, { operation: 'aggregate' }],
    [
      { insert: 'orders', documents: [{}, {}] },
      { operation: 'insert', collection: 'orders', batchSize: 2 },
    ],
    [
      { delete: 'orders', deletes: [{}] },
      { operation: 'delete', collection: 'orders', batchSize: 1 },
    ],
    [
      { bulkWrite: 1, ops: [{}, {}, {}] },
      { operation: 'bulkWrite', batchSize: 3 },
    ],
    [{ dropUser: 'hunter2' }, { operation: 'dropUser' }],
  ])('reads %o', (command, query) => {
    const read = Object.entries(readCommand(started(command)));
    expect(Object.fromEntries(read.filter(([, value]) => value !== undefined))).toEqual(query);
  });
});

describe('sourceOfCommand', () => {
  it.each([
    ['db.example:27018', 'db.example', 27018],
    ['[::1]:27017', '::1', 27017],
    ['/tmp/mongodb-27017.sock', '/tmp/mongodb-27017.sock', undefined],
  ])('reads %s', (address, serverAddress, serverPort) => {
    expect(sourceOfCommand({ ...started({ find: 'a' }), address })).toEqual({
      system: 'mongodb',
      namespace: 'shop',
      serverAddress,
      serverPort,
    });
  });
});

describe('sanitizeCommand', () => {
  class Binary {
    readonly buffer = 'hunter2';
  }
  it.each([
    [
      'values of all types',
      {
        find: 'a',
        filter: { a: 'hunter2', b: 1, c: null, d: new Date(), e: new Binary(), f: [true] },
      },
      '{"find":"a","filter":{"a":"?","b":"?","c":"?","d":"?","e":"?","f":["?"]}}',
    ],
    ['a cursor', { getMore: 7n, collection: 'a' }, '{"getMore":"?","collection":"a"}'],
    ['what belongs to the session', { count: 'a', lsid: { id: 1 }, $db: 'b' }, '{"count":"a"}'],
    ['what names no collection', { dropUser: 'hunter2' }, '{"dropUser":"?"}'],
    [
      'a name that hides in the command',
      { find: 'a', filter: { find: 'hunter2' } },
      '{"find":"a","filter":{"find":"?"}}',
    ],
    [
      'keys with quotes',
      { find: 'a', filter: { 'x"y': 1 } },
      '{"find":"a","filter":{"x\\"y":"?"}}',
    ],
  ])('shows %s', (_, command, text) => {
    expect(sanitizeCommand(started(command), 2048)).toBe(text);
  });

  it('shows nothing of a command without contents', () => {
    const event = { ...started({ createUser: 'hunter2' }), command: {} };
    expect(sanitizeCommand(event, 2048)).toBeUndefined();
  });

  it('reads no further than the text reaches', () => {
    let count = 0;
    const documents = Array.from({ length: 10_000 }, () => ({
      get a(): string {
        count++;
        return 'hunter2';
      },
    }));
    const text = sanitizeCommand(started({ insert: 'a', documents }), 100);
    expect(text).toHaveLength(100);
    expect(count).toBeLessThan(20);
  });

  it('goes only so deep', () => {
    const filter: Record<string, unknown> = {};
    filter.self = filter;
    const text = sanitizeCommand(started({ find: 'a', filter }), 100_000);
    expect(text?.match(/self/g)).toHaveLength(99);
  });
});

describe('describeFailure', () => {
  it.each([
    [
      { name: 'E', code: 11000, codeName: 'DuplicateKey', message: 'hunter2' },
      'DuplicateKey',
      11000,
    ],
    [{ name: 'E', code: 1, message: 'hunter2' }, '', 1],
    [{ name: 'E', code: 'text', message: 'closed' }, 'closed', undefined],
    [undefined, '', undefined],
  ])('tells of %j', (failure, message, code) => {
    expect(describeFailure(failure)).toEqual({ name: failure ? 'E' : 'Error', code, message });
  });
});

describe('findWriteFailure', () => {
  const name = 'MongoWriteError';
  it.each([
    [{ ok: 1 }, undefined],
    [undefined, undefined],
    [{ writeErrors: [] }, undefined],
    [{ writeErrors: [{ code: 1 }, { code: 2 }] }, { name, code: 1, message: '2 writes failed' }],
    [
      { writeConcernError: { code: 64, codeName: 'WriteConcernFailed' } },
      { name, code: 64, message: 'WriteConcernFailed' },
    ],
    [
      { writeConcernError: { code: 64 } },
      { name, code: 64, message: 'the write concern was not met' },
    ],
  ])('finds it in %j', (reply, failure) => {
    expect(findWriteFailure(reply)).toEqual(failure);
  });
});

describe('countDocuments', () => {
  it.each([
    [{ cursor: { firstBatch: [1, 2] } }, 2],
    [{ cursor: { nextBatch: [] } }, 0],
    [{ n: 1 }, undefined],
    [undefined, undefined],
  ])('counts %j', (reply, count) => {
    expect(countDocuments(reply)).toBe(count);
  });
});
