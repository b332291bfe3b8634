import { describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import type { DatabaseAdapterOptions } from '../../../../lib/database/database-options.js';
import { DataSourceHandlers } from '../../../../lib/database/typeorm/data-source-handlers.js';
import { sourceOfDataSource } from '../../../../lib/database/typeorm/data-source-options.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const primary = { host: 'first', port: 5432, database: 'shop' };
const second = { host: 'second', port: 5432, database: 'shop' };
const third = { host: 'third', port: 5432, database: 'shop' };

function createHandlers(slaves: object[] | undefined, given: DatabaseAdapterOptions = {}) {
  const { tracer, recorder } = createTracing();
  const options = { type: 'postgres', ...(slaves && { replication: { master: primary, slaves } }) };
  const source = { ...sourceOfDataSource(options), ...given };
  const handler = new DatabaseHandler(source, { tracer, foldQueriesAfter: given.foldQueriesAfter });
  return { handlers: new DataSourceHandlers(handler, options, given), handler, tracer, recorder };
}

function runner(mode: string, databaseConnection?: object) {
  return { getReplicationMode: () => mode, databaseConnection } as never;
}

describe('DataSourceHandlers', () => {
  it('has one handler without replication', () => {
    const { handlers, handler } = createHandlers(undefined);
    expect(handlers.of(runner('master'))).toBe(handler);
    expect(handlers.of(runner('slave'))).toBe(handler);
    expect(handlers.of({} as never)).toBe(handler);
    expect(handlers.mustReadAddressOf(runner('slave'))).toBe(false);
  });

  it('names the only replica', () => {
    const { handlers, handler } = createHandlers([second]);
    expect(handlers.of(runner('master'))).toBe(handler);
    expect(handlers.of(runner('slave')).source).toEqual({
      system: 'postgresql',
      serverAddress: 'second',
      serverPort: 5432,
      namespace: 'shop',
    });
    expect(handlers.mustReadAddressOf(runner('slave'))).toBe(false);
  });

  it('names what several replicas have in common', () => {
    const { handlers } = createHandlers([second, third]);
    expect(handlers.of(runner('slave')).source).toEqual({
      system: 'postgresql',
      serverPort: 5432,
      namespace: 'shop',
    });
    expect(handlers.mustReadAddressOf(runner('slave'))).toBe(true);
    expect(handlers.mustReadAddressOf(runner('master'))).toBe(false);
  });

  it.each([
    [
      { host: 'third', port: 5433 },
      { 'server.address': 'third', 'server.port': 5433 },
    ],
    [
      { config: { host: 'second', port: 3306 } },
      { 'server.address': 'second', 'server.port': 3306 },
    ],
    [undefined, { 'server.port': 5432 }],
    [{ host: 5 }, { 'server.port': 5432 }],
  ])('adds the address of the connection %j', (connection, address) => {
    const { handlers, recorder } = createHandlers([second, third]);
    const replica = runner('slave', connection);
    const operation = handlers.of(replica).begin({ text: 'SELECT 1' });
    if (operation) handlers.addAddress(operation, replica);
    operation?.finish();
    const { attributes } = recorder.takeSpan();
    const found = Object.entries(attributes).filter(([name]) => name.startsWith('server.'));
    expect(Object.fromEntries(found)).toEqual(address);
  });

  it('adds no address to a span that several queries share', () => {
    const { handlers, tracer, recorder } = createHandlers([second, third], { foldQueriesAfter: 1 });
    const replica = runner('slave', { host: 'third' });
    tracer.trace('work', () => {
      for (let count = 0; count < 3; count++) {
        const operation = handlers.of(replica).begin({ text: 'SELECT 1' });
        if (operation) handlers.addAddress(operation, replica);
        operation?.finish();
      }
    });
    const [single, folded] = recorder.takeSpans();
    expect(single?.attributes['server.address']).toBe('third');
    expect(folded?.attributes['server.address']).toBeUndefined();
  });

  it('names the address that the user gives, for every server', () => {
    const { handlers, handler } = createHandlers([second], { serverAddress: 'proxy' });
    expect(handlers.of(runner('slave'))).toBe(handler);
    expect(handler.source.serverAddress).toBe('proxy');
    const other = createHandlers([second], { namespace: 'mine' });
    expect(other.handlers.of(runner('slave')).source).toMatchObject({
      serverAddress: 'second',
      namespace: 'mine',
    });
  });
});
