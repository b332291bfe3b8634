import { describe, expect, it } from '@jest/globals';
import { maskMessage } from '../../../lib/context/index.js';
import {
  describeException,
  isFirstSeenInTrace,
  toExceptionAttributes,
} from '../../../lib/trace/exception.js';

class OrderError extends Error {}

class NamedError extends Error {
  override readonly name = 'OutOfStock';
}

function throwing(property: string): unknown {
  return Object.defineProperty({}, property, {
    get: () => {
      throw new Error('do not look');
    },
  });
}

describe('describeException', () => {
  it.each<[string, unknown, string, string]>([
    ['an error', new Error('sold out'), 'Error', 'sold out'],
    ['an error of a built-in class', new RangeError('too many'), 'RangeError', 'too many'],
    ['an error of a class of its own', new OrderError('sold out'), 'OrderError', 'sold out'],
    ['an error with a name', new NamedError('none left'), 'OutOfStock', 'none left'],
    ['an error without a message', new Error(), 'Error', ''],
    ['an aggregate', new AggregateError([new Error('a')], 'both'), 'AggregateError', 'both'],
    ['a DOM exception', new DOMException('stopped', 'AbortError'), 'AbortError', 'stopped'],
    ['an object', { message: 'sold out' }, 'Object', 'sold out'],
    ['an object with a name', { name: 'Failure', message: 'sold out' }, 'Failure', 'sold out'],
    ['an object with a code for a message', { message: 7 }, 'Object', ''],
    ['an object without prototype', Object.create(null), 'Error', ''],
    ['a frozen error', Object.freeze(new TypeError('cold')), 'TypeError', 'cold'],
    ['a string', 'sold out', 'string', 'sold out'],
    ['an empty string', '', 'string', ''],
    ['a number', 404, 'number', '404'],
    ['undefined', undefined, 'undefined', 'undefined'],
    ['null', null, 'object', 'null'],
    ['a symbol', Symbol('stop'), 'symbol', 'Symbol(stop)'],
    ['a bigint', 7n, 'bigint', '7'],
    ['an object whose message throws', throwing('message'), 'unknown', ''],
    ['an object whose name throws', throwing('name'), 'unknown', ''],
    ['an object whose stack throws', throwing('stack'), 'unknown', ''],
    [
      'an object whose cause throws',
      Object.assign(throwing('cause') as object, { stack: 's' }),
      'unknown',
      '',
    ],
  ])('describes %s', (_, exception, type, message) => {
    expect(describeException(exception)).toMatchObject({ type, message });
  });

  it('survives a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(describeException(proxy)).toEqual({
      type: 'unknown',
      message: '',
      stacktrace: undefined,
    });
  });

  it('has the stack of an error, and none of what has none', () => {
    const error = new Error('sold out');
    expect(describeException(error).stacktrace).toBe(error.stack);
    expect(describeException('sold out').stacktrace).toBeUndefined();
    expect(describeException({ message: 'x' }).stacktrace).toBeUndefined();
    expect(describeException({ stack: 7 }).stacktrace).toBeUndefined();
  });

  it('has the stacks of the causes below, down to the first', () => {
    const first = new Error('no connection');
    const second = new Error('no stock', { cause: first });
    const third = new Error('no order', { cause: second });
    expect(describeException(third).stacktrace).toBe(
      `${third.stack}\nCaused by: ${second.stack}\nCaused by: ${first.stack}`,
    );
  });

  it.each<[string, unknown, string]>([
    ['a string', 'timeout', 'timeout'],
    ['a number', 7, '7'],
    ['an object without a stack', { name: 'Timeout' }, 'Timeout'],
    ['an object without prototype', Object.create(null), 'Error'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
  ])('names a cause that is %s', (_, cause, text) => {
    const error = new Error('failed', { cause });
    expect(describeException(error).stacktrace).toBe(`${error.stack}\nCaused by: ${text}`);
  });

  it('ends with causes that go round', () => {
    const error = new Error('round');
    error.cause = error;
    const { stacktrace = '' } = describeException(error);
    expect(stacktrace.split('Caused by: ')).toHaveLength(9);
  });
});

describe('toExceptionAttributes', () => {
  it('names type, message and stack as the conventions do', () => {
    const error = new RangeError('too many');
    expect(toExceptionAttributes(error)).toEqual({
      'exception.type': 'RangeError',
      'exception.message': 'too many',
      'exception.stacktrace': error.stack,
    });
  });
});

describe('isFirstSeenInTrace', () => {
  it('is true once for an error and a trace', () => {
    const error = new Error('sold out');
    expect(isFirstSeenInTrace(error, 'a')).toBe(true);
    expect(isFirstSeenInTrace(error, 'a')).toBe(false);
    expect(isFirstSeenInTrace(error, 'b')).toBe(true);
    expect(isFirstSeenInTrace(new Error('sold out'), 'a')).toBe(true);
  });

  it('knows a frozen error again', () => {
    const error = Object.freeze(new Error('cold'));
    expect([isFirstSeenInTrace(error, 'a'), isFirstSeenInTrace(error, 'a')]).toEqual([true, false]);
  });

  it.each([['text'], [null], [undefined], [7]])('is always true for %p', (thrown) => {
    expect([isFirstSeenInTrace(thrown, 'a'), isFirstSeenInTrace(thrown, 'a')]).toEqual([
      true,
      true,
    ]);
  });
});

describe('an error whose message is masked', () => {
  it('is described without it, also where it is the cause of another', () => {
    const error = new OrderError('no user\n    at hunter2\n');
    maskMessage(error, 'no user ?');
    const { type, message, stacktrace } = describeException(error);
    expect([type, message]).toEqual(['OrderError', 'no user ?']);
    expect(stacktrace).toMatch(/^OrderError: no user \?\n {4}at .*exception\.spec/);
    const outer = describeException(new Error('failed', { cause: error }));
    expect(outer.stacktrace).toMatch(/\nCaused by: OrderError: no user \?\n {4}at /);
    expect(`${stacktrace}${outer.stacktrace}`).not.toContain('hunter2');
  });

  it('has only the frames of a stack that begins otherwise, or has none', () => {
    const error = Object.assign(new Error('changed since'), {
      stack: 'hunter2\n    at a\n    at b',
    });
    maskMessage(error, '?');
    expect(describeException(error).stacktrace).toBe('Error: ?\n    at a\n    at b');
    error.stack = 'hunter2';
    expect(describeException(error).stacktrace).toBe('Error: ?');
  });
});
