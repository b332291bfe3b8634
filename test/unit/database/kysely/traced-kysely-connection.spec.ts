import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import type { KyselyConnectionShape } from '../../../../lib/database/kysely/kysely-shape.js';
import { TracedKyselyConnection } from '../../../../lib/database/kysely/traced-kysely-connection.js';
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
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.response.returned_rows'] });

class Connection implements KyselyConnectionShape {
  readonly steps: string[] = [];
  /** The active spans while a stream was read. */
  readonly active = new Set<unknown>();
  readonly #rows = [{ a: 1 }, { a: 2 }];

  async executeQuery({ sql }: { sql: string }, ...rest: unknown[]): Promise<unknown> {
    this.steps.push([sql, ...rest].join(' '));
    if (sql.startsWith('FAIL')) throw new RangeError('no');
    return { rows: this.#rows };
  }

  async *streamQuery({ sql }: { sql: string }): AsyncIterableIterator<unknown> {
    try {
      for (const row of this.#rows) {
        this.active.add(tracing.tracer.activeSpan);
        yield { rows: [row] };
      }
      if (sql.startsWith('FAIL')) throw new RangeError('no');
    } finally {
      this.steps.push(`closed ${sql}`);
    }
  }
}

function createConnection(): Connection {
  const connection = new Connection();
  const options = { captureReturnedRows: true, sqlCommenter: true };
  TracedKyselyConnection.attach(connection, new DatabaseHandler({ system: 'sqlite' }, options));
  return connection;
}

const TWO_ROWS = 'SELECT [client] db.response.returned_rows=2';

describe('TracedKyselyConnection', () => {
  it('passes on every argument of a query, and its result', async () => {
    const connection = createConnection();
    const result = await connection.executeQuery({ sql: 'SELECT 1' }, 'a', 'b');
    expect(result).toEqual({ rows: [{ a: 1 }, { a: 2 }] });
    expect(connection.steps).toEqual(['SELECT 1 a b']);
    expect(taken()).toBe(TWO_ROWS);
  });

  it('changes the text on a copy of the query', async () => {
    const connection = new Connection();
    const handler = new DatabaseHandler({ system: 'postgresql' }, { sqlCommenter: true });
    TracedKyselyConnection.attach(connection, handler);
    await connection.executeQuery(Object.freeze({ sql: 'SELECT 1' }));
    expect(connection.steps).toEqual([expect.stringMatching(/^SELECT 1 \/\*traceparent=/)]);
    tracing.recorder.takeSpans();
  });

  it('starts the span of a stream with its first row, and ends it with its last', async () => {
    const connection = createConnection();
    const rows = connection.streamQuery({ sql: 'SELECT 1' });
    expect(tracing.recorder.openSpans).toHaveLength(0);
    await rows.next();
    await rows.next();
    expect([...connection.active]).toEqual(tracing.recorder.openSpans);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    expect((await rows.next()).done).toBe(true);
    expect((await rows.next()).done).toBe(true);
    expect(taken()).toBe(TWO_ROWS);
  });

  it('closes a stream whose reader leaves, and one that fails', async () => {
    const connection = createConnection();
    for await (const _row of connection.streamQuery({ sql: 'SELECT 1' })) break;
    const read = async (): Promise<void> => {
      for await (const _row of connection.streamQuery({ sql: 'FAIL' }));
    };
    await expect(read()).rejects.toThrow('no');
    expect(connection.steps).toEqual(['closed SELECT 1', 'closed FAIL']);
    expect(taken()).toBe(
      ['SELECT [client] db.response.returned_rows=1', 'sqlite [client] ERROR "no"'].join('\n\n'),
    );
  });

  it('is attached once, and to nothing that is not an object', async () => {
    const connection = createConnection();
    const { executeQuery } = connection;
    TracedKyselyConnection.attach(connection, new DatabaseHandler({ system: 'sqlite' }));
    expect(connection.executeQuery).toBe(executeQuery);
    TracedKyselyConnection.attach(undefined as never, undefined as never);
  });
});
