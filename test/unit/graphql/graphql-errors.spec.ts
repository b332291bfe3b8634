import { describe, expect, it } from '@jest/globals';
import { ForbiddenException, InternalServerErrorException } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import {
  errorsOf,
  isClientError,
  isRefusal,
  originalErrorOf,
} from '../../../lib/graphql/graphql-errors.js';

const trap = new Proxy(
  {},
  {
    get() {
      throw new Error('trap');
    },
  },
);
const wrapped = (originalError: Error) => new GraphQLError('wrapped', { originalError });

describe('isClientError', () => {
  it.each([
    [new ForbiddenException(), true],
    [wrapped(new ForbiddenException()), true],
    [new GraphQLError('', { extensions: { code: 'BAD_USER_INPUT' } }), true],
    [new GraphQLError('', { extensions: { http: { status: 404 } } }), true],
    [Object.assign(new Error(), { statusCode: 400 }), true],
    [new InternalServerErrorException(), false],
    [wrapped(new TypeError('x')), false],
    [new GraphQLError('', { extensions: { code: 'INTERNAL_SERVER_ERROR' } }), false],
    [null, false],
    ['text', false],
    [trap, false],
  ])('case %#', (error, expected) => {
    expect(isClientError(error)).toBe(expected);
  });
});

describe('isRefusal', () => {
  it('is true for an error of graphql itself, and not for one that it wraps', () => {
    expect(isRefusal(new GraphQLError('Syntax Error'))).toBe(true);
    expect(isRefusal(wrapped(new TypeError('x')))).toBe(false);
    expect(isRefusal(null)).toBe(false);
  });
});

describe('the errors', () => {
  it('are those that resolvers threw', () => {
    const error = new TypeError('x');
    expect(originalErrorOf(wrapped(error))).toBe(error);
    expect(originalErrorOf(error)).toBe(error);
    expect(originalErrorOf(undefined)).toBeUndefined();
    expect(originalErrorOf(trap)).toBe(trap);
  });

  it.each([[undefined], [null], ['text'], [{}], [{ errors: 'text' }], [trap]])(
    'of other results are none: case %#',
    (result) => {
      expect(errorsOf(result)).toEqual([]);
    },
  );
});
