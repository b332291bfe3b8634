import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tracedKyselyDialect } from '../../../../lib/database/kysely/traced-kysely-dialect.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const source = { system: 'sqlite' };

class Dialect {
  readonly #name = 'private';
  readonly connection = { executeQuery: async () => ({ rows: [] }) };

  createDriver() {
    return { acquireConnection: async () => this.connection };
  }

  createAdapter(): string {
    return this.#name;
  }
}

describe('tracedKyselyDialect', () => {
  it('returns a dialect whose drivers are traced, and leaves the given one unchanged', async () => {
    const dialect = new Dialect();
    const traced = tracedKyselyDialect(dialect, source);
    expect(traced).toBeInstanceOf(Dialect);
    expect(traced.createAdapter()).toBe('private');
    expect(Object.hasOwn(dialect, 'createDriver')).toBe(false);
    await (await dialect.createDriver().acquireConnection()).executeQuery();
    expect(tracing.recorder.spans).toEqual([]);
    await (await traced.createDriver().acquireConnection()).executeQuery();
    expect(traceAsText(tracing.recorder.takeSpans(), { attributes: [] })).toBe('sqlite [client]');
  });
});
