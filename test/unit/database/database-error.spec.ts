import { describe, expect, it } from '@jest/globals';
import { maskedMessageOf } from '../../../lib/context/index.js';
import {
  describeDatabaseError,
  maskValues,
  maskValuesOf,
} from '../../../lib/database/database-error.js';

describe('describeDatabaseError', () => {
  it.each([
    ['pg', { code: '23505', message: '' }, '23505', '23505'],
    ['mysql2', { code: 'ER_DUP_ENTRY', sqlState: '23000', message: '' }, 'ER_DUP_ENTRY', '23000'],
    ['better-sqlite3', { code: 'SQLITE_BUSY', message: '' }, 'SQLITE_BUSY', 'SQLITE_BUSY'],
    ['a lost connection', { code: 'ECONNRESET', message: '' }, 'ECONNRESET', undefined],
    ['a number', { code: 11000, message: '' }, '11000', '11000'],
    ['no code', new TypeError(''), 'TypeError', undefined],
    ['what is no error', 'oops', 'string', undefined],
    ['null', null, 'object', undefined],
  ])('finds the codes of %s', (_, error, type, statusCode) => {
    expect(describeDatabaseError(error)).toMatchObject({ type, statusCode });
  });

  it('takes what cannot be asked', () => {
    const get = (): never => {
      throw new Error('no');
    };
    const error = new Proxy({}, { get });
    expect(describeDatabaseError(error)).toEqual({
      type: 'unknown',
      statusCode: undefined,
      message: '',
    });
  });
});

describe('maskValues', () => {
  it.each([
    ['deadlock detected', 'deadlock detected'],
    ['relation "a" does not exist', 'relation "a" does not exist'],
    ['column "a" of relation "b" is wrong', 'column "a" of relation "b" is wrong'],
    ['invalid input for type integer: "hunter2"', 'invalid input for type integer: ?'],
    ["Duplicate entry 'hunter2' for key 'PRIMARY'", 'Duplicate entry ?'],
    ["near 'a = 'hunter2' AND b = 'hunter3'' at line 1", 'near ? at line 1'],
    ['unrecognized token: "\'hunter2"', 'unrecognized token: ?'],
    ["not closed 'hunter2", 'not closed ?'],
    ['Key (email)=(hunter2) already exists.', 'Key (email)=(?) already exists.'],
    ['The duplicate key value is (hunter2, (3)).', 'The duplicate key value is (?).'],
    ['Failing row contains (1, hunter2', 'Failing row contains (?'],
    ['Key (a)=("hunter2)', 'Key (a)=(?'],
    ['function sum(text) does not exist', 'function sum(text) does not exist'],
    ['', ''],
  ])('leaves nothing of values: %s', (message, masked) => {
    expect(maskValues(message)).toBe(masked);
  });
});

describe('maskValuesOf', () => {
  it('masks an error and those that it was made from', () => {
    const cause = new Error("near 'hunter2'");
    const driverError = new Error("no 'hunter2'", { cause });
    const error = Object.assign(new Error("failed: 'hunter2'"), { driverError });
    maskValuesOf(error);
    expect([error, driverError, cause].map(maskedMessageOf)).toEqual([
      'failed: ?',
      'no ?',
      'near ?',
    ]);
  });

  it('leaves alone what holds no values, and what is its own cause', () => {
    const error = new Error('connection lost');
    error.cause = error;
    maskValuesOf(error);
    expect(maskedMessageOf(error)).toBeUndefined();
  });

  it('takes whatever was thrown', () => {
    const get = (): never => {
      throw new Error('no');
    };
    for (const error of [undefined, null, 'oops', new Proxy({}, { get })]) maskValuesOf(error);
  });
});
