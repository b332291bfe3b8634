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

function stacktraceOf(exception: unknown): unknown {
  return toExceptionAttributes(exception)['exception.stacktrace'];
}

/** An error with a stack of so many frames. */
function errorWith(message: string, frames: readonly string[], options?: ErrorOptions): Error {
  const error = new Error(message, options);
  error.stack = [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
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
    ['an object whose stack throws', throwing('stack'), 'Object', ''],
    [
      'an object of a class whose name is no text',
      new (class {
        static name = 7;
      })(),
      '7',
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
    });
  });

  it('cuts long messages and types', () => {
    const { type, message } = describeException(
      Object.assign(new Error('x'.repeat(3_000_000)), { name: 'N'.repeat(1000) }),
    );
    expect(type).toBe(`${'N'.repeat(255)}…`);
    expect(message).toBe(`${'x'.repeat(4095)}…`);
    expect(describeException('y'.repeat(3_000_000)).message).toHaveLength(4096);
  });
});

describe('the stack of an exception', () => {
  it('is the stack of an error, and absent for what has none', () => {
    const error = new Error('sold out');
    expect(stacktraceOf(error)).toBe(error.stack);
    expect(stacktraceOf('sold out')).toBeUndefined();
    expect(stacktraceOf({ message: 'x' })).toBeUndefined();
    expect(stacktraceOf({ stack: 7 })).toBeUndefined();
  });

  it('is followed by those of the causes, down to the first', () => {
    const first = new Error('no connection');
    const second = new Error('no stock', { cause: first });
    const third = new Error('no order', { cause: second });
    expect(stacktraceOf(third)).toBe(
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
    expect(stacktraceOf(error)).toBe(`${error.stack}\nCaused by: ${text}`);
  });

  it('ends with causes that go round', () => {
    const error = new Error('round');
    error.cause = error;
    expect(stacktraceOf(error)).toBe(error.stack);
    const other = new Error('other', { cause: error });
    error.cause = other;
    expect(stacktraceOf(error)).toBe(`${error.stack}\nCaused by: ${other.stack}`);
  });

  it('shows the errors of an aggregate, with their causes, before the cause', () => {
    const leaf = errorWith('leaf', ['leaf.js:1:1']);
    const first = errorWith('first', ['first.js:1:1'], { cause: leaf });
    const aggregate = Object.assign(errorWith('both', ['both.js:1:1'], { cause: 'timeout' }), {
      errors: [first, 'sold out'],
    });
    expect(stacktraceOf(aggregate)).toBe(
      [
        'Error: both',
        '    at both.js:1:1',
        'Error 1 of 2: Error: first',
        '    at first.js:1:1',
        'Caused by: Error: leaf',
        '    at leaf.js:1:1',
        'Error 2 of 2: sold out',
        'Caused by: timeout',
      ].join('\n'),
    );
  });

  it('shows at most 16 exceptions', () => {
    const aggregate = new AggregateError(Array.from({ length: 100 }, (_, i) => `e${i}`));
    expect(String(stacktraceOf(aggregate)).match(/Error \d+ of 100/g)).toHaveLength(15);
    let error = errorWith('0', []);
    for (let i = 1; i < 100; i++) error = errorWith(`${i}`, [], { cause: error });
    expect(String(stacktraceOf(error)).match(/Caused by/g)).toHaveLength(15);
  });

  it('has at most 16384 characters, and room for the cause', () => {
    const frames = Array.from({ length: 1000 }, (_, i) => `function${i} (file.js:${i}:1)`);
    const cause = errorWith('the cause', frames);
    const text = String(stacktraceOf(errorWith('x'.repeat(3_000_000), frames, { cause })));
    expect(text.length).toBeLessThanOrEqual(16_384);
    expect(text).toMatch(/^Error: x+…\n {4}at function0/);
    expect(text).toContain('Caused by: Error: the cause\n    at function0');
    expect(String(stacktraceOf(cause))).toHaveLength(16_384);
  });

  it('is cut where it does not begin with the message', () => {
    const error = Object.assign(new Error('x'.repeat(10_000)), { stack: 'y'.repeat(3_000_000) });
    expect(stacktraceOf(error)).toBe(`${'y'.repeat(16_383)}…`);
  });

  it('shows what could be read where a getter throws', () => {
    const error = throwing('cause');
    expect(stacktraceOf(Object.assign(error as object, { stack: 's' }))).toBeUndefined();
    const outer = new Error('outer', { cause: Object.assign(error as object, { stack: 's' }) });
    expect(stacktraceOf(outer)).toBe(outer.stack);
    expect(stacktraceOf(throwing('stack'))).toBeUndefined();
  });

  it('leaves out the frames of this library', () => {
    const own = (root: string) => `A.a (${root}node_modules/nestjs-traced/dist/esm/index.js:7:1)`;
    const error = errorWith('failed at node_modules/nestjs-traced/', [
      'A.a (file:///app/a.js:1:1)',
      own('file:///app/'),
      'C.c (file:///app/nestjs-traced-demo/c.js:1:1)',
      own('/app/node_modules/.pnpm/nestjs-traced@1.0.0/'),
      own('C:\\app\\').replaceAll('/', '\\'),
    ]);
    expect(stacktraceOf(error)).toBe(
      [
        'Error: failed at node_modules/nestjs-traced/',
        '    at A.a (file:///app/a.js:1:1)',
        '    at C.c (file:///app/nestjs-traced-demo/c.js:1:1)',
      ].join('\n'),
    );
    const ours = errorWith('ours', [own('/app/'), own('/app/')]);
    expect(stacktraceOf(ours)).toBe(ours.stack);
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
    const { type, message } = describeException(error);
    const stacktrace = stacktraceOf(error);
    expect([type, message]).toEqual(['OrderError', 'no user ?']);
    expect(stacktrace).toMatch(/^OrderError: no user \?\n {4}at .*exception\.spec/);
    const outer = stacktraceOf(new Error('failed', { cause: error }));
    expect(outer).toMatch(/\nCaused by: OrderError: no user \?\n {4}at /);
    expect(`${stacktrace}${outer}`).not.toContain('hunter2');
  });

  it('has no lines behind its frames, which MikroORM takes from the message of another error', () => {
    const error = new OrderError('no user hunter2');
    error.stack = `${error.stack}\n\n    at hunter2\n    at parse`;
    maskMessage(error, 'no user ?');
    const stacktrace = stacktraceOf(error);
    expect(stacktrace).toMatch(/^OrderError: no user \?\n {4}at .*exception\.spec/);
    expect(stacktrace).not.toContain('hunter2');
  });

  it('has only the frames of a stack that begins otherwise, or has none', () => {
    const error = Object.assign(new Error('changed since'), {
      stack: 'hunter2\n    at a\n    at b',
    });
    maskMessage(error, '?');
    expect(stacktraceOf(error)).toBe('Error: ?\n    at a\n    at b');
    error.stack = 'hunter2';
    expect(stacktraceOf(error)).toBe('Error: ?');
  });
});
