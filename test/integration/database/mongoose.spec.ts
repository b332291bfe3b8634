import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { InjectModel, MongooseModule } from '@nestjs/mongoose';
import { Test, type TestingModule } from '@nestjs/testing';
import { Long, MongoClient } from 'mongodb';
import mongoose, { type Model, Schema, Types } from 'mongoose';
import { Traced, TracingModule, type TracingOptions, traceMongoose } from '../../../lib/index.js';
import { type SpanRecorder, testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import {
  type MongoAnswers,
  type MongoDocument,
  type MongoServer,
  startMongoServer,
} from '../../support/mongo-server.js';

interface Order {
  name: string;
  customer?: Types.ObjectId;
}

const CUSTOMER_ID = new Types.ObjectId();
const OPTIONS = { autoCreate: false, autoIndex: false };
const CustomerSchema = new Schema({ name: String }, OPTIONS);
const OrderSchema = new Schema<Order>(
  {
    name: { type: String, maxlength: 10 },
    customer: { type: Schema.Types.ObjectId, ref: 'Customer' },
  },
  OPTIONS,
);

let server: MongoServer;
let answers: MongoAnswers;
const endings: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  answers = answerFind;
  server = await startMongoServer((command) => answers(command));
});

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  await server.close();
});

function batch(documents: MongoDocument[]): MongoDocument {
  return { ok: 1, n: 1, cursor: { id: Long.ZERO, ns: 'shop.orders', firstBatch: documents } };
}

function answerFind({ find }: MongoDocument): MongoDocument {
  if (find === 'customers') return batch([{ _id: CUSTOMER_ID, name: 'Nina' }]);
  return batch([{ _id: new Types.ObjectId(), name: 'hunter2', customer: CUSTOMER_ID }]);
}

@Injectable()
class OrdersService {
  constructor(@InjectModel('Order') readonly orders: Model<Order>) {}

  @Traced()
  async list(): Promise<number> {
    const found = await this.orders.find({ name: 'hunter2' }).populate('customer');
    return found.length;
  }

  @Traced()
  async add(name = 'hunter2'): Promise<void> {
    await this.orders.create({ name });
  }
}

async function start(
  mongooseOptions: object,
  options: TracingOptions = {},
): Promise<{ recorder: SpanRecorder; module: TestingModule; service: OrdersService }> {
  const setup = testTracingOptions(options);

  @Module({
    imports: [
      TracingModule.forRoot(setup.options),
      MongooseModule.forRoot(`mongodb://127.0.0.1:${server.port}/shop`, {
        serverApi: '1',
        ...mongooseOptions,
      }),
      MongooseModule.forFeature([
        { name: 'Order', schema: OrderSchema },
        { name: 'Customer', schema: CustomerSchema },
      ]),
    ],
    providers: [OrdersService],
  })
  class OrdersModule {}

  const module = await Test.createTestingModule({ imports: [OrdersModule] }).compile();
  await module.init();
  endings.push(async () => {
    await module.close();
    setup.recorder.verify();
  });
  setup.recorder.takeSpans();
  return { recorder: setup.recorder, module, service: module.get(OrdersService) };
}

const SHOWN = ['db.operation.batch.size', 'db.response.status_code'];
const taken = (recorder: SpanRecorder): string =>
  traceAsText(recorder.takeSpans(), { attributes: SHOWN });

describe('a Nest application with Mongoose and monitored commands', () => {
  it('shows each operation by its model, around its commands and those of `populate`', async () => {
    const { recorder, service } = await start({ monitorCommands: true });
    expect(await service.list()).toBe(1);
    await service.add();
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: [] })).toBe(
      [
        'OrdersService.list',
        '  Order.find',
        '    find orders [client]',
        '    Customer.find',
        '      find customers [client]',
        '',
        'OrdersService.add',
        '  Order.save',
        '    insert orders [client]',
      ].join('\n'),
    );
    expect(spans.find(({ name }) => name === 'Order.find')?.attributes).toEqual({
      'db.system.name': 'mongodb',
      'db.namespace': 'shop',
      'db.collection.name': 'orders',
    });
  });

  it('shows transactions, cursors, and commands past the models', async () => {
    answers = (command) => ('find' in command ? answerFind(command) : { ok: 1, n: 1 });
    const { recorder, service } = await start({ monitorCommands: true });
    const { db } = service.orders;
    await db.collection('logs').insertOne({ a: 1 });
    for await (const _order of service.orders.find().cursor());
    await db.transaction(async (session) => {
      await service.orders.create([{ name: 'a' }], { session });
      await service.orders.updateOne({ name: 'a' }, { name: 'b' }).session(session);
    });
    expect(taken(recorder)).toBe(
      [
        'insert logs [client]',
        '',
        'find orders [client]',
        '',
        'Order.save',
        '  insert orders [client]',
        '',
        'Order.updateOne',
        '  update orders [client]',
        '',
        'commitTransaction admin [client]',
      ].join('\n'),
    );
  });

  it('shows why an operation failed without keys and values', async () => {
    const { recorder, service } = await start({ monitorCommands: true });
    await expect(service.add('hunter2hunter2')).rejects.toThrow('hunter2');
    answers = () => ({
      ok: 1,
      n: 0,
      writeErrors: [{ index: 0, code: 11000, errmsg: 'E11000 dup key: { ssn: 4711 }' }],
    });
    await expect(service.add()).rejects.toThrow('4711');
    const spans = recorder.takeSpans();
    const invalid =
      'ERROR "Order validation failed: name: Path ?, length 14) is longer than the maximum allowed length (10)."';
    expect(traceAsText(spans, { attributes: SHOWN })).toBe(
      [
        `OrdersService.add ${invalid} exception ValidationError`,
        `  Order.save ${invalid}`,
        '',
        'OrdersService.add ERROR "server error 11000" exception MongoServerError',
        '  Order.save ERROR "server error 11000"',
        '    insert orders [client] db.response.status_code="11000" ERROR "1 write failed"',
      ].join('\n'),
    );
    const shown = spans.map(({ attributes, status, events }) => [attributes, status, events]);
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|\b4711\b/);
  });
});

describe('a Nest application with Mongoose', () => {
  it('shows each operation as the span of its query, without monitored commands', async () => {
    const { recorder, service } = await start({});
    await service.list();
    await service.add();
    await service.orders.insertMany([{ name: 'a' }, { name: 'b' }]);
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: SHOWN })).toBe(
      [
        'OrdersService.list',
        '  find orders [client]',
        '    find customers [client]',
        '',
        'OrdersService.add',
        '  save orders [client]',
        '',
        'insertMany orders [client] db.operation.batch.size=2',
      ].join('\n'),
    );
    expect(spans.find(({ name }) => name === 'save orders')?.attributes).toEqual({
      'db.system.name': 'mongodb',
      'db.namespace': 'shop',
      'db.collection.name': 'orders',
      'db.operation.name': 'save',
      'server.address': '127.0.0.1',
      'server.port': server.port,
    });
  });

  it('shows a refused write by its code', async () => {
    const { recorder, service } = await start({});
    answers = () => ({ ok: 0, code: 11000, codeName: 'DuplicateKey', errmsg: 'dup { ssn: 4711 }' });
    await expect(service.add()).rejects.toThrow('4711');
    const spans = recorder.takeSpans();
    expect(spans.find(({ name }) => name === 'save orders')?.status.message).toBe('DuplicateKey');
    const shown = spans.map(({ attributes, status, events }) => [attributes, status, events]);
    expect(JSON.stringify(shown)).not.toMatch(/\b4711\b/);
  });

  it('is not traced if its options leave Mongoose out', async () => {
    const { recorder, service } = await start({}, { database: { channels: false } });
    await service.list();
    expect(taken(recorder)).toBe('OrdersService.list');
  });
});

describe('traceMongoose', () => {
  it('traces a connection that is opened later', async () => {
    const { recorder } = await start({});
    const connection = new mongoose.Mongoose().createConnection();
    expect(traceMongoose(connection)).toBe(connection);
    endings.push(() => connection.close());
    await connection.openUri(`mongodb://127.0.0.1:${server.port}/other`, {
      serverApi: '1',
      monitorCommands: true,
    });
    await connection.model('Order', OrderSchema).findOne();
    expect(taken(recorder)).toBe('Order.findOne\n  find orders [client]');
  });
});

describe('a MongoClient among the providers', () => {
  it('is monitored and traced if it connects later', async () => {
    const setup = testTracingOptions();
    const client = new MongoClient(`mongodb://127.0.0.1:${server.port}`, { serverApi: '1' });
    const imports = [TracingModule.forRoot(setup.options)];
    const providers = [{ provide: 'MONGO', useValue: client }];
    const module = await Test.createTestingModule({ imports, providers }).compile();
    await module.init();
    await client.db('shop').collection('orders').findOne();
    expect(taken(setup.recorder)).toBe('find orders [client]');
    await module.close();
    expect(client.listenerCount('commandStarted')).toBe(0);
    await client.close();
  });
});
