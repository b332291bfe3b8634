import { describe, expect, it } from '@jest/globals';
import { maskedMessageOf } from '../../../../lib/context/index.js';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { prepareStatement } from '../../../../lib/database/queryable/prepare-statement.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const TEXT = "SELECT * FROM songs WHERE title = 'hunter2' 'hunter2'";
const statement = { all: () => [1] };

type Done = (error: unknown, statement?: unknown) => unknown;

function setUp() {
  const { tracer, recorder } = createTracing();
  const handler = new DatabaseHandler({ system: 'sqlite' });
  const taken = (): string =>
    traceAsText(recorder.takeSpans(), { attributes: ['db.query.text', 'error.type'] });
  return { tracer, handler, taken };
}

const refused = (): Error =>
  Object.assign(new Error('near "\'hunter2\'": syntax error'), { code: 'SQLITE_ERROR' });
const FAILED =
  'work\n  SELECT songs [client] db.query.text="SELECT * FROM songs WHERE title = ? ?" error.type=SQLITE_ERROR ERROR "near ?: syntax error"';

describe('prepareStatement', () => {
  it('hands out a traced statement by its result, a promise or a callback', async () => {
    const { handler, taken } = setUp();
    const found: unknown[] = [
      prepareStatement(handler, () => statement, [TEXT]),
      await prepareStatement(handler, () => Promise.resolve(statement), [TEXT]),
    ];
    const done: Done = (_, one) => found.push(one);
    prepareStatement(handler, ([, callback]) => (callback as Done)(null, statement), [TEXT, done]);
    expect(taken()).toBe('');
    for (const one of found) expect((one as typeof statement).all()).toEqual([1]);
    expect(taken().match(/SELECT songs \[client\]/g)).toHaveLength(3);
  });

  it('shows a statement that cannot be prepared, without its values', async () => {
    const { tracer, handler, taken } = setUp();
    const error = refused();
    const throwing = (): never => {
      throw error;
    };
    tracer.trace('work', () => {
      expect(() => prepareStatement(handler, throwing, [TEXT])).toThrow(error);
    });
    expect(taken()).toBe(FAILED);
    expect(maskedMessageOf(error)).toBe('near ?: syntax error');
    await tracer.trace('work', async () => {
      const promise = prepareStatement(handler, () => Promise.reject(refused()), [TEXT]);
      await expect(promise).rejects.toThrow('hunter2');
    });
    expect(taken()).toBe(FAILED);
    const passed: unknown[] = [];
    const callback: Done = (...values) => void passed.push(values);
    tracer.trace('work', () => {
      prepareStatement(handler, ([, done]) => (done as Done)(error), [TEXT, callback]);
    });
    expect(passed).toEqual([[error, undefined]]);
    expect(taken()).toBe(FAILED);
  });
});
