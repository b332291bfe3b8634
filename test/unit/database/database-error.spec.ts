import { describe, expect, it } from '@jest/globals';
import { describeDatabaseError, setFailure } from '../../../lib/database/database-error.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('describeDatabaseError', () => {
  it.each([
    ['pg', { code: '23505', message: '' }, '23505', '23505'],
    ['mysql2', { code: 'ER_DUP_ENTRY', sqlState: '23000', message: '' }, 'ER_DUP_ENTRY', '23000'],
    ['better-sqlite3', { code: 'SQLITE_BUSY', message: '' }, 'SQLITE_BUSY', 'SQLITE_BUSY'],
    ['a lost connection', { code: 'ECONNRESET', message: '' }, 'ECONNRESET', undefined],
    ['a number', { code: 11000, message: '' }, '11000', '11000'],
    ['an error without a code', new TypeError(''), 'TypeError', undefined],
    ['node:sqlite', { code: 'ERR_SQLITE_ERROR', errcode: 2067 }, 'ERR_SQLITE_ERROR', '2067'],
    ['mssql', { code: 'EREQUEST', number: 208, message: '' }, '208', '208'],
    ['TypeORM', { driverError: { code: '23505' } }, '23505', '23505'],
    ['Sequelize 6', { original: { code: 'ER_A', sqlState: '23000' } }, 'ER_A', '23000'],
    [
      'Objection',
      { nativeError: { code: '23505' }, name: 'UniqueViolationError' },
      '23505',
      '23505',
    ],
    ['an error with a cause', new TypeError('', { cause: { code: '23505' } }), '23505', '23505'],
    ['a thrown text', 'oops', 'string', undefined],
    ['null', null, 'object', undefined],
  ])('finds the codes of %s', (_, error, type, statusCode) => {
    expect(describeDatabaseError(error)).toMatchObject({ type, statusCode });
  });

  it('accepts an error whose members throw', () => {
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

describe('setFailure', () => {
  it('sets attributes and status, and adds no event', () => {
    const { tracer, recorder } = createTracing();
    const span = tracer.startSpan('query');
    setFailure(span, { type: '23505', statusCode: '23505', message: 'duplicate key' });
    span.end();
    expect(traceAsText(recorder.takeSpans(), { attributes: true })).toBe(
      'query db.response.status_code="23505" error.type="23505" ERROR "duplicate key"',
    );
  });
});
