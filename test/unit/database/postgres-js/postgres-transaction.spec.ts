import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import {
  runTransaction,
  type ScopeTracing,
} from '../../../../lib/database/postgres-js/postgres-transaction.js';
import type { Method } from '../../../../lib/database/stand-in.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.query.text'] });

/** As `begin` of postgres.js; `edge` is called where it sends BEGIN, and COMMIT or ROLLBACK. */
function beginWith(edge: (text: string) => void): Method {
  return async (...values) => {
    const work = values.at(-1) as Method;
    edge('begin');
    await Promise.resolve();
    let result: unknown;
    try {
      const worked = work({ isScoped: true });
      result = await (Array.isArray(worked) ? Promise.all(worked) : worked);
    } catch (error) {
      edge('rollback');
      throw error;
    }
    edge('commit');
    return result;
  };
}

function run(
  work: Method,
  options: {
    edge?: (text: string) => void;
    values?: unknown[];
    trace?: (sql: unknown, scope?: ScopeTracing) => unknown;
  } = {},
): Promise<unknown> {
  const { edge = () => {}, values = [], trace = (sql) => sql } = options;
  const handler = new DatabaseHandler({ system: 'postgresql' });
  return runTransaction(handler, beginWith(edge), [...values, work], trace) as Promise<unknown>;
}

const tree = (...lines: string[]): string =>
  ['transaction', ...lines.map((line) => `  ${line}`)].join('\n');
const BEGIN = 'BEGIN [client] db.query.text=begin';
const COMMIT = 'COMMIT [client] db.query.text=commit';
const ROLLBACK = 'ROLLBACK [client] db.query.text=rollback';

describe('runTransaction', () => {
  it('returns the result of the work, also of a list of queries', async () => {
    expect(await run(() => 'done')).toBe('done');
    expect(await run(() => [Promise.resolve(1), 2])).toEqual([1, 2]);
    expect(taken()).toBe([tree(BEGIN, COMMIT), tree(BEGIN, COMMIT)].join('\n\n'));
  });

  it('shows the options, as postgres.js sends them', async () => {
    await run(() => {}, { values: ['read; write--'] });
    expect(taken()).toBe(tree('BEGIN [client] db.query.text="begin read write"', COMMIT));
  });

  it('passes the traced instance to the work, and runs it inside the span', async () => {
    const seen: unknown[] = [];
    await run(
      (sql) => {
        seen.push(sql, (tracing.tracer.activeSpan as unknown as { name: string }).name);
      },
      { trace: (sql) => ({ traced: sql }) },
    );
    expect(seen).toEqual([{ traced: { isScoped: true } }, 'transaction']);
    expect(taken()).toBe(tree(BEGIN, COMMIT));
  });

  it.each([
    ['throws', () => fail()],
    ['rejects', async () => fail()],
  ])('shows a ROLLBACK if the work %s', async (_, work) => {
    await expect(run(work)).rejects.toThrow('no');
    expect(taken()).toBe(tree(BEGIN, ROLLBACK));
  });

  it.each(['begin', 'commit', 'rollback'])('fails if the %s fails', async (text) => {
    const edge = (sent: string): void => {
      if (sent === text) throw new Error(`${text} failed`);
    };
    const work = (): void => {
      if (text === 'rollback') fail();
    };
    await expect(run(work, { edge })).rejects.toThrow(`${text} failed`);
    const lines = { begin: [], commit: [BEGIN], rollback: [BEGIN] }[text] as string[];
    const failed = `${text.toUpperCase()} [client] db.query.text=${text} ERROR "${text} failed"`;
    expect(taken()).toBe(
      tree(...lines, failed).replace('transaction', `transaction ERROR "${text} failed"`),
    );
  });

  it('shows the name of a transaction that is prepared, without it', async () => {
    let scope: ScopeTracing | undefined;
    await run(() => scope?.noteName('hunter2'), {
      trace: (sql, own) => {
        scope = own;
        return sql;
      },
    });
    expect(taken()).toContain('db.query.text="prepare transaction ?"');
  });

  it('numbers the savepoints of a transaction', async () => {
    let scope: ScopeTracing | undefined;
    const savepoint = beginWith(() => {});
    const trace = (sql: unknown, own?: ScopeTracing): unknown => {
      scope ??= own;
      return sql;
    };
    await run(
      async () => {
        await scope?.runSavepoint(savepoint, ['named', () => {}], trace);
        const failing = scope?.runSavepoint(savepoint, [fail], trace) as Promise<unknown>;
        await failing.catch(() => {});
      },
      { trace },
    );
    expect(taken()).toBe(
      tree(
        BEGIN,
        'SAVEPOINT [client] db.query.text="savepoint \\"s0_named\\""',
        'SAVEPOINT [client] db.query.text="savepoint \\"s1\\""',
        'ROLLBACK TO SAVEPOINT [client] db.query.text="rollback to \\"s1\\""',
        COMMIT,
      ),
    );
  });

  it('has no span while no application runs', async () => {
    tracing.close();
    expect(await run((sql) => sql, { trace: (sql) => [sql] })).toEqual([{ isScoped: true }]);
    expect(taken()).toBe('');
  });
});

function fail(): never {
  throw new Error('no');
}
