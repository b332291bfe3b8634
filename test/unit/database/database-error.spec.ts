import { describe, expect, it } from '@jest/globals';
import { describeDatabaseError, maskValues } from '../../../lib/database/database-error.js';

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
    ['', ''],
  ])('leaves nothing of values: %s', (message, masked) => {
    expect(maskValues(message)).toBe(masked);
  });
});
