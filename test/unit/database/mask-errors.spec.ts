import { beforeAll, describe, expect, it } from '@jest/globals';
import { maskedMessageOf, maskMessage } from '../../../lib/context/index.js';
import { maskErrors, maskErrorsAboveDrivers } from '../../../lib/database/mask-errors.js';

const refusing = new Proxy(
  {},
  {
    get() {
      throw new Error('no');
    },
  },
);

describe('maskErrors', () => {
  it('masks an error and the errors that caused it', () => {
    const cause = new Error("near 'hunter2'");
    const driverError = new Error("no 'hunter2'", { cause });
    const error = Object.assign(new Error("failed: 'hunter2'"), { driverError });
    maskErrors(error);
    expect([error, driverError, cause].map(maskedMessageOf)).toEqual([
      'failed: ?',
      'no ?',
      'near ?',
    ]);
  });

  it.each(['driverError', 'nativeError', 'original', 'cause'])('finds %s', (member) => {
    const inner = new Error("near 'hunter2'");
    maskErrors(Object.assign(new Error('failed'), { [member]: inner }));
    expect(maskedMessageOf(inner)).toBe('near ?');
  });

  it('reads no accessor that warns of its use, as Sequelize 7 has it', () => {
    const read: string[] = [];
    class Failed extends Error {
      get original(): unknown {
        return read.push('original');
      }
    }
    maskErrors(new Failed('failed'));
    expect(read).toEqual([]);
  });

  it('leaves an error without values alone, and ends if an error is its own cause', () => {
    const error = new Error('connection lost');
    error.cause = error;
    maskErrors(error);
    expect(maskedMessageOf(error)).toBeUndefined();
  });

  it('accepts whatever was thrown', () => {
    for (const error of [undefined, null, 'oops', refusing]) maskErrors(error);
  });
});

describe('maskErrorsAboveDrivers', () => {
  beforeAll(() => maskErrorsAboveDrivers());

  function failed(message: string): Error {
    const error = new Error(message);
    maskErrors(error);
    return error;
  }

  it('masks a message that repeats the message of a masked cause', () => {
    const cause = failed("near 'hunter2'");
    const one = new Error(`could not save: ${cause.message}`, { cause });
    const two = new Error(`request failed: ${one.message}!`, { cause: one });
    expect(maskedMessageOf(one)).toBe('could not save: near ?');
    expect(maskedMessageOf(two)).toBe('request failed: could not save: near ?!');
    expect(maskedMessageOf(new Error('could not save', { cause }))).toBeUndefined();
  });

  it('replaces the message of a cause literally', () => {
    const cause = new Error('$& hunter2');
    maskMessage(cause, '$& ?');
    const error = new Error(`failed: ${cause.message}`, { cause });
    expect(maskedMessageOf(error)).toBe('failed: $& ?');
  });

  it('shows the query of an error of Drizzle without literals and parameters', () => {
    const query = "insert into a values ($1, 'hunter2')";
    const message = `Failed query: ${query}\nparams: hunter3`;
    const error = Object.assign(new Error(message), { query, params: ['hunter3'] });
    expect(maskedMessageOf(error)).toBe('Failed query: insert into a values ($1, ?)');
  });

  it.each([
    [{ query: 'SELECT 1', params: [] }, 'something else'],
    [{ query: '', params: [] }, 'something else'],
    [{ query: 'SELECT 1' }, 'SELECT 1'],
    [{ query: 1, params: [] }, '1'],
  ])('leaves an error with %j alone', (members, message) => {
    expect(maskedMessageOf(Object.assign(new Error(message), members))).toBeUndefined();
  });

  it('shows the code of an error of the MongoDB server and nothing of its message', () => {
    const members = { name: 'MongoBulkWriteError', code: 11000 };
    const error = Object.assign(new Error('dup key: { ssn: 4711 }'), members);
    expect(maskedMessageOf(error)).toBe('server error 11000');
    const named = Object.assign(new Error('dup'), { ...members, codeName: 'DuplicateKey' });
    expect(maskedMessageOf(named)).toBe('DuplicateKey');
    const ofDriver = Object.assign(new Error('closed'), { name: 'MongoNetworkError' });
    expect(maskedMessageOf(ofDriver)).toBeUndefined();
    const other = Object.assign(new Error('no'), { name: 'OtherError', code: 11000 });
    expect(maskedMessageOf(other)).toBeUndefined();
  });

  it('ends for causes that lead back to the error, and accepts members that throw', () => {
    const error: Error = new Error('one');
    error.cause = new Error('two', { cause: error });
    expect(maskedMessageOf(error)).toBeUndefined();
    expect(maskedMessageOf(refusing)).toBeUndefined();
    expect(maskedMessageOf(new Error('one', { cause: refusing }))).toBeUndefined();
  });
});
