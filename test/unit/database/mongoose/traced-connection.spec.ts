import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { isTracedMongo, traceMongo } from '../../../../lib/database/mongodb/trace-mongo.js';
import { isMongooseConnection } from '../../../../lib/database/mongoose/mongoose-shape.js';
import {
  TracedMongooseConnection,
  traceMongoose,
} from '../../../../lib/database/mongoose/traced-connection.js';

class Client extends EventEmitter {
  readonly options = { monitorCommands: true };

  db(): void {}
}

function createConnection(client?: Client) {
  const model = (name: string, baseModelName?: string) => ({ collection: { name }, baseModelName });
  return {
    client,
    getClient() {
      return this.client;
    },
    model() {},
    startSession() {},
    useDb() {},
    host: 'a',
    port: 27017,
    name: 'shop',
    models: { Gift: model('orders', 'Order'), Order: model('orders'), Broken: undefined },
  };
}

const MESSAGE = { serverAddress: 'a', serverPort: 27017, database: 'shop' };

describe('traceMongoose', () => {
  it('returns the connection, traces it once, and its client until it is undone', () => {
    const client = new Client();
    const connection = createConnection(client);
    expect(traceMongoose(connection)).toBe(connection);
    const traced = TracedMongooseConnection.attach(connection);
    expect(TracedMongooseConnection.attach(connection)).toBe(traced);
    expect([traced.hasCommands, isTracedMongo(client)]).toEqual([true, true]);
    traced.detach();
    expect(isTracedMongo(client)).toBe(false);
    expect(client.listenerCount('commandStarted')).toBe(0);
  });

  it('refuses anything else', () => {
    expect(isMongooseConnection({})).toBe(false);
    for (const value of [{}, null as never]) {
      expect(() => traceMongoose(value)).toThrow('traceMongoose.connection must be a connection');
    }
  });

  it('leaves the tracing of a client to the user who has traced it', () => {
    const client = traceMongo(new Client());
    const traced = TracedMongooseConnection.attach(createConnection(client));
    expect(traced.hasCommands).toBe(true);
    traced.detach();
    expect(isTracedMongo(client)).toBe(true);
  });

  it('traces the client that a connection gets when it is opened', () => {
    const connection = createConnection();
    const traced = TracedMongooseConnection.attach(connection);
    expect(traced.hasCommands).toBe(false);
    connection.client = new Client();
    expect(traced.hasCommands).toBe(true);
    traced.detach();
  });

  it('finds the connection of a message, and the model of a collection', () => {
    const traced = TracedMongooseConnection.attach(createConnection());
    expect(TracedMongooseConnection.of(MESSAGE)).toBe(traced);
    expect(TracedMongooseConnection.of({ ...MESSAGE, database: 'other' })).toBeUndefined();
    expect([traced.modelOf('orders'), traced.modelOf('orders')]).toEqual(['Order', 'Order']);
    expect(traced.modelOf('unknown')).toBeUndefined();
    traced.detach();
    expect(TracedMongooseConnection.of(MESSAGE)).toBeUndefined();
  });
});
