import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Long, MongoClient, type MongoClientOptions, MongoServerError } from 'mongodb';
import { type MongoTracingOptions, traceMongo } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import {
  type MongoAnswers,
  type MongoDocument,
  type MongoServer,
  startMongoServer,
} from '../../support/mongo-server.js';

let tracing: ReturnType<typeof createTestTracing>;
let server: MongoServer;
let commands: MongoDocument[];
let answers: MongoAnswers;
const opened: MongoClient[] = [];

beforeEach(async () => {
  tracing = createTestTracing();
  commands = [];
  answers = () => ({ ok: 1 });
  server = await startMongoServer((command) => {
    commands.push(command);
    return answers(command);
  });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
  await server.close();
  tracing.close();
  tracing.recorder.verify();
});

function connect(
  tracingOptions: MongoTracingOptions = {},
  options: MongoClientOptions = {},
): MongoClient {
  const client = new MongoClient(`mongodb://127.0.0.1:${server.port}`, {
    monitorCommands: true,
    serverApi: '1',
    ...options,
  });
  opened.push(client);
  return traceMongo(client, tracingOptions);
}

const SHOWN = [
  'db.response.status_code',
  'error.type',
  'db.response.returned_rows',
  'db.operation.batch.size',
];
const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: SHOWN });

function batch(documents: MongoDocument[], id = 0): MongoDocument {
  return { ok: 1, cursor: { id: Long.fromNumber(id), ns: 'shop.orders', firstBatch: documents } };
}

describe('traceMongo on the real driver', () => {
  it('sets all attributes that it knows, and nothing of documents', async () => {
    answers = () => batch([{ name: 'hunter2' }]);
    const found = await connect()
      .db('shop')
      .collection('orders')
      .find({ name: 'hunter2' })
      .toArray();
    expect(found).toEqual([{ name: 'hunter2' }]);
    const span = tracing.recorder.takeSpan();
    expect(span.name).toBe('find orders');
    expect(span.attributes).toEqual({
      'db.system.name': 'mongodb',
      'db.namespace': 'shop',
      'db.collection.name': 'orders',
      'db.operation.name': 'find',
      'server.address': '127.0.0.1',
      'server.port': server.port,
    });
  });

  it('shows a command without its values if the option asks for it', async () => {
    answers = () => batch([]);
    const client = connect({ queryText: 'sanitized', captureReturnedRows: true });
    const filter = { name: 'hunter2', $or: [{ age: { $gt: 42 } }] };
    await client.db('shop').collection('orders').find(filter).limit(5).toArray();
    const { attributes } = tracing.recorder.takeSpan();
    expect(attributes['db.query.text']).toBe(
      '{"find":"orders","filter":{"name":"?","$or":[{"age":{"$gt":"?"}}]},"limit":"?"}',
    );
    expect(attributes['db.response.returned_rows']).toBe(0);
  });

  it('puts commands below the spans that send them, on one shared connection', async () => {
    answers = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return batch([{ a: 1 }]);
    };
    const orders = connect({}, { maxPoolSize: 1 }).db('shop').collection('orders');
    const work = (name: string): Promise<void> =>
      tracing.tracer.trace(name, async () => {
        for (let count = 0; count < 3; count++) await orders.findOne({ count });
      });
    await Promise.all([work('one'), work('two'), work('three')]);
    const tree = (name: string): string =>
      [name, ...Array(3).fill('  find orders [client]')].join('\n');
    expect(taken()).toBe([tree('one'), tree('two'), tree('three')].join('\n\n'));
    expect(server.connectionCount).toBe(1);
  });

  it('matches answers that arrive in another order than their commands', async () => {
    let release = (): void => {};
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    answers = async ({ find }) => {
      if (find === 'slow') await isReleased;
      else setImmediate(release);
      return find === 'slow' ? { ok: 0, code: 50, codeName: 'MaxTimeMSExpired' } : batch([]);
    };
    const db = connect().db('shop');
    const find = (name: string) =>
      tracing.tracer.trace(`work ${name}`, () => db.collection(name).findOne());
    const slow = find('slow').catch((error: unknown) => error);
    await find('fast');
    expect(await slow).toBeInstanceOf(MongoServerError);
    expect(taken().replace(/work slow .*/, 'work slow')).toBe(
      [
        'work slow',
        '  find slow [client] db.response.status_code="50" error.type="50" ERROR "MaxTimeMSExpired"',
        '',
        'work fast',
        '  find fast [client]',
      ].join('\n'),
    );
  });

  it('gives each batch of a cursor a span', async () => {
    answers = ({ getMore }) => {
      if (getMore === undefined) return batch([{ a: 1 }], 7);
      const cursor = { id: Long.ZERO, ns: 'shop.orders', nextBatch: [{ a: 2 }, { a: 3 }] };
      return { ok: 1, cursor };
    };
    const client = connect({ captureReturnedRows: true });
    await tracing.tracer.trace('work', async () => {
      for await (const _order of client.db('shop').collection('orders').find());
    });
    expect(taken()).toBe(
      [
        'work',
        '  find orders [client] db.response.returned_rows=1',
        '  getMore orders [client] db.response.returned_rows=2',
      ].join('\n'),
    );
  });

  it('shows the number of documents that are written at once', async () => {
    const orders = connect({ queryText: 'sanitized' }).db('shop').collection('orders');
    await orders.insertMany([{ name: 'hunter2' }, { name: 'hunter2' }]);
    await orders.updateOne({ name: 'hunter2' }, { $set: { name: 'hunter3' } });
    const spans = tracing.recorder.takeSpans();
    expect(traceAsText(spans, { attributes: SHOWN })).toBe(
      ['insert orders [client] db.operation.batch.size=2', 'update orders [client]'].join('\n\n'),
    );
    expect(spans.map(({ attributes }) => attributes['db.query.text'])).toEqual([
      '{"insert":"orders","documents":[{"name":"?","_id":"?"},{"name":"?","_id":"?"}],"ordered":"?"}',
      '{"update":"orders","updates":[{"q":{"name":"?"},"u":{"$set":{"name":"?"}}}],"ordered":"?"}',
    ]);
    expect(commands[0]?.documents).toHaveLength(2);
  });

  it('shows why the server refused a command, without the values in its message', async () => {
    answers = () => ({
      ok: 0,
      code: 11000,
      codeName: 'DuplicateKey',
      errmsg: 'E11000 duplicate key error collection: shop.orders dup key: { ssn: 4711 }',
    });
    const failing = connect().db('shop').collection('orders').findOneAndDelete({ ssn: 4711 });
    await expect(failing).rejects.toThrow('4711');
    expect(taken()).toBe(
      'findAndModify orders [client] db.response.status_code="11000" error.type="11000" ERROR "DuplicateKey"',
    );
  });

  it('shows no key on a span that records the error', async () => {
    answers = () => ({ ok: 0, code: 11000, codeName: 'DuplicateKey', errmsg: 'dup { ssn: 4711 }' });
    const orders = connect().db('shop').collection('orders');
    const failing = tracing.tracer.trace('work', () => orders.findOneAndDelete({ ssn: 4711 }));
    await expect(failing).rejects.toThrow('4711');
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ name }) => name).sort()).toEqual(['findAndModify orders', 'work']);
    expect(JSON.stringify(spans.map(({ status, events }) => [status, events]))).not.toContain(
      '4711',
    );
  });

  it('treats refused writes as a failure of the answered command', async () => {
    answers = () => ({
      ok: 1,
      n: 0,
      writeErrors: [{ index: 0, code: 11000, errmsg: 'E11000 dup key: { ssn: 4711 }' }],
    });
    const orders = connect().db('shop').collection('orders');
    const documents = [{ ssn: 4711 }, { ssn: 4711 }];
    for (const write of [
      () => orders.insertOne({ ssn: 4711 }),
      () => orders.insertMany(documents),
      () => orders.bulkWrite([{ insertOne: { document: { ssn: 4711 } } }]),
      () => orders.updateOne({ ssn: 1 }, { $set: { ssn: 4711 } }),
    ]) {
      const failing = tracing.tracer.trace('work', () => write());
      await expect(failing).rejects.toThrow('4711');
    }
    const spans = tracing.recorder.takeSpans();
    const commandsOnly = spans.filter(({ name }) => name !== 'work');
    expect(commandsOnly.map(({ name, status }) => [name, status.message])).toEqual([
      ['insert orders', '1 write failed'],
      ['insert orders', '1 write failed'],
      ['insert orders', '1 write failed'],
      ['update orders', '1 write failed'],
    ]);
    expect(commandsOnly[0]?.attributes['db.response.status_code']).toBe('11000');
    const shown = spans.map(({ status, events, attributes }) => [status, events, attributes]);
    expect(JSON.stringify(shown)).not.toMatch(/\b4711\b/);
  });

  it('shows that the connection was lost', async () => {
    answers = () => 'close';
    const client = connect({}, { retryReads: false });
    await expect(client.db('shop').collection('orders').findOne()).rejects.toThrow('closed');
    expect(taken().replace(/"connection \d+ to 127.0.0.1:\d+ closed"/, 'closed')).toBe(
      'find orders [client] error.type=MongoNetworkError ERROR closed',
    );
  });

  it('gives a command that is sent again two spans', async () => {
    answers = () => (commands.length === 1 ? 'close' : batch([]));
    await tracing.tracer.trace('work', () => connect().db('shop').collection('orders').findOne());
    expect(taken().replace(/ERROR .*/, 'ERROR')).toBe(
      [
        'work',
        '  find orders [client] error.type=MongoNetworkError ERROR',
        '  find orders [client]',
      ].join('\n'),
    );
  });

  it('omits the commands of the driver itself, and the names of users', async () => {
    const client = connect({ queryText: 'sanitized' });
    await client.db('admin').command({ ping: 1 });
    await client.db('shop').command({ createUser: 'hunter2', pwd: 'hunter2', roles: [] });
    await client.db('shop').command({ dropUser: 'hunter2' });
    expect(commands.map((command) => Object.keys(command)[0])).toEqual([
      'ping',
      'createUser',
      'dropUser',
    ]);
    const spans = tracing.recorder.takeSpans();
    expect(traceAsText(spans, { attributes: ['db.query.text'] })).toBe(
      [
        'createUser shop [client]',
        'dropUser shop [client] db.query.text="{\\"dropUser\\":\\"?\\"}"',
      ].join('\n\n'),
    );
  });
});
