import { describe, expect, it } from '@jest/globals';
import {
  isOfDriver,
  readCommand,
  sanitizeCommand,
  sourceOfCommand,
} from '../../../../lib/database/mongodb/mongo-command.js';
import { commandStarted as started } from './command-started.js';

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
    ['no members of the session', { count: 'a', lsid: { id: 1 }, $db: 'b' }, '{"count":"a"}'],
    ['a command without a collection', { dropUser: 'hunter2' }, '{"dropUser":"?"}'],
    [
      'a value with the name of the command',
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

  it('is undefined for a command without contents', () => {
    const event = { ...started({ createUser: 'hunter2' }), command: {} };
    expect(sanitizeCommand(event, 2048)).toBeUndefined();
  });

  it('stops reading when the text is long enough', () => {
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

  it('stops at the depth that MongoDB allows', () => {
    const filter: Record<string, unknown> = {};
    filter.self = filter;
    const text = sanitizeCommand(started({ find: 'a', filter }), 100_000);
    expect(text?.match(/self/g)).toHaveLength(99);
  });
});
