import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KnexQueryShape } from '../../../../lib/database/knex/knex-shape.js';
import { traceKnex } from '../../../../lib/database/knex/trace-knex.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });

/** As the client of a dialect. */
class Client {
  readonly dialect = 'sqlite3';
  readonly connectionSettings = { filename: ':memory:' };
  acquireConnection(): void {}
  releaseConnection(): void {}
  transaction(): void {}
  _stream(): void {}

  async _query(_connection: object, query: KnexQueryShape): Promise<KnexQueryShape> {
    return query;
  }
}

describe('traceKnex', () => {
  it('returns the instance, and derives the class of its client once', async () => {
    const knex = { client: new Client() };
    expect(traceKnex(knex)).toBe(knex);
    const traced = Object.getPrototypeOf(knex.client);
    traceKnex(knex);
    expect(Object.getPrototypeOf(knex.client)).toBe(traced);
    expect(knex.client).toBeInstanceOf(Client);
    expect(knex.client.constructor.name).toBe('Client');
    // A transaction creates its client so.
    const client: Client = Object.create(knex.client.constructor.prototype);
    traceKnex({ client: Object.assign(client, knex.client) });
    await client._query({}, { sql: 'SELECT 1' });
    expect(taken()).toBe('SELECT [client]');
  });

  it('leaves other clients of the dialect unchanged', async () => {
    traceKnex({ client: new Client() });
    await new Client()._query({}, { sql: 'SELECT 1' });
    expect(tracing.recorder.spans).toEqual([]);
  });
});
