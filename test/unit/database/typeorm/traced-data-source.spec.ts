import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  TracedDataSource,
  traceDataSource,
} from '../../../../lib/database/typeorm/traced-data-source.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

class Runner {
  readonly manager = { transaction: async () => {} };
  stream(): void {}
  startTransaction(): void {}
  commitTransaction(): void {}
  rollbackTransaction(): void {}
  release(): void {}

  async query(text: string): Promise<unknown> {
    return [text];
  }
}

function createDataSource() {
  return {
    options: { type: 'postgres', database: 'shop' },
    manager: { transaction: async () => {} },
    initialize: () => {},
    createQueryRunner: () => new Runner(),
  };
}

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.namespace', 'db.system.name'] });

describe('traceDataSource', () => {
  it('returns the DataSource, and replaces its method once', () => {
    const dataSource = createDataSource();
    expect(traceDataSource(dataSource)).toBe(dataSource);
    const { createQueryRunner } = dataSource;
    expect(TracedDataSource.attach(dataSource)).toBe(TracedDataSource.attach(dataSource));
    expect(dataSource.createQueryRunner).toBe(createQueryRunner);
  });

  it('prefers its options to those of the DataSource', async () => {
    const dataSource = traceDataSource(createDataSource(), { namespace: 'mine' });
    await dataSource.createQueryRunner().query('SELECT * FROM a');
    expect(taken()).toBe('SELECT a [client] db.namespace=mine db.system.name=postgresql');
  });
});

describe('TracedDataSource', () => {
  it('stops tracing when it is detached, for runners in use too', async () => {
    const dataSource = createDataSource();
    const { createQueryRunner } = dataSource;
    const traced = TracedDataSource.attach(dataSource);
    const runner = dataSource.createQueryRunner();
    traced.detach();
    await runner.query('SELECT 1');
    expect(dataSource.createQueryRunner).toBe(createQueryRunner);
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('leaves a method alone that somebody has wrapped since', async () => {
    const dataSource = createDataSource();
    const traced = TracedDataSource.attach(dataSource);
    const ours = dataSource.createQueryRunner;
    const wrapped = (): Runner => ours();
    dataSource.createQueryRunner = wrapped;
    traced.detach();
    expect(dataSource.createQueryRunner).toBe(wrapped);
    await dataSource.createQueryRunner().query('SELECT 1');
    expect(tracing.recorder.spans).toEqual([]);
  });
});
