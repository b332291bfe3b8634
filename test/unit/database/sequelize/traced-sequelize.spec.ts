import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Sequelize as Sequelize7 } from '@sequelize/core';
import { PostgresDialect } from '@sequelize/postgres';
import { Sequelize } from 'sequelize';
import {
  TracedSequelize,
  traceSequelize,
} from '../../../../lib/database/sequelize/traced-sequelize.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const versions: [string, () => object][] = [
  ['6', () => new Sequelize({ dialect: 'postgres', database: 'shop', logging: false })],
  ['7', () => new Sequelize7({ dialect: PostgresDialect, database: 'shop', logging: false })],
];

interface Members {
  hasHook(name: string): boolean;
  pool?: { acquire(): Promise<unknown> };
  connectionManager: { getConnection(): Promise<unknown> };
}

/** The object that hands out connections, of either version. */
function connectionsOf(sequelize: object): object {
  return (sequelize as Members).pool ?? (sequelize as Members).connectionManager;
}

describe.each(versions)('traceSequelize, on version %s,', (version, create) => {
  it('returns the instance, and traces it once', () => {
    const sequelize = create();
    expect(traceSequelize(sequelize)).toBe(sequelize);
    expect(TracedSequelize.attach(sequelize)).toBe(TracedSequelize.attach(sequelize));
    expect((sequelize as Members).hasHook('beforeQuery')).toBe(true);
  });

  it('leaves the instance as it was when it is detached', () => {
    const sequelize = create();
    const untouched = () =>
      [sequelize, connectionsOf(sequelize)].map((one) => Object.getOwnPropertyNames(one));
    const before = untouched();
    const traced = TracedSequelize.attach(sequelize);
    expect(untouched()).not.toEqual(before);
    traced.detach();
    traced.detach();
    expect(untouched()).toEqual(before);
    expect((sequelize as Members).hasHook('beforeQuery')).toBe(false);
    expect(TracedSequelize.attach(sequelize)).not.toBe(traced);
  });

  it('shows a failed wait for a connection', async () => {
    const sequelize = create();
    const name = version === '7' ? 'acquire' : 'getConnection';
    const connections = connectionsOf(sequelize) as Record<string, () => Promise<unknown>>;
    connections[name] = async () => {
      throw new Error('no connection');
    };
    traceSequelize(sequelize);
    await expect(connections[name]()).rejects.toThrow('no connection');
    expect(traceAsText(tracing.recorder.takeSpans(), { attributes: [] })).toBe(
      'connect shop [client] ERROR "no connection"',
    );
  });
});
