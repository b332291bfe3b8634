import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import {
  isCancelledByCaller,
  recordClientFailure,
} from '../../../../lib/http/client/client-failure.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

const { tracer, recorder, close } = createTestTracing();

afterEach(() => recorder.verify());
afterAll(close);

function textOf(error: unknown): string {
  const span = tracer.startSpan('GET');
  recordClientFailure(span, error);
  span.end();
  return traceAsText(recorder.takeSpans(), { events: true });
}

function failedBy(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}

describe('recordClientFailure', () => {
  it.each([
    ['code', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['name', Object.assign(new Error('refused'), { name: 'SocketError' }), 'SocketError'],
  ])('names the cause by its %s', (_, cause, type) => {
    expect(textOf(failedBy(cause))).toBe(
      `GET error.type=${type} ERROR "refused" exception TypeError "fetch failed"`,
    );
  });

  it.each([
    ['no cause', new TypeError('invalid URL')],
    ['a cause that is no object', new TypeError('invalid URL', { cause: 'text' })],
    ['a cause that says nothing', new TypeError('invalid URL', { cause: {} })],
  ])('names the error itself where there is %s', (_, error) => {
    expect(textOf(error)).toBe('GET error.type=TypeError ERROR "invalid URL" exception TypeError');
  });

  it.each([null, undefined, 'text'])('takes %p for what failed', (thrown) => {
    expect(textOf(thrown)).toContain(' ERROR ');
  });

  it('names an error by its own code', () => {
    const error = Object.assign(new Error('reset', { cause: new Error('why') }), {
      code: 'ECONNRESET',
    });
    expect(textOf(error)).toBe('GET error.type=ECONNRESET ERROR "reset" exception Error');
  });

  it('records an error whose getters throw', () => {
    const error = {
      get code(): never {
        throw new Error('broken');
      },
    };
    expect(textOf(error)).toContain(' ERROR');
  });
});

describe('isCancelledByCaller', () => {
  const timeout = new DOMException('too late', 'TimeoutError');
  const reason = new Error('no longer needed');
  const abort = new DOMException('aborted', 'AbortError');

  it.each<[string, unknown, AbortSignal | undefined, boolean]>([
    ['an AbortError', abort, undefined, true],
    ['the error of an aborted http.request', { code: 'ABORT_ERR' }, undefined, true],
    ['the error of a cancelled axios call', { code: 'ERR_CANCELED' }, undefined, true],
    ['the error of a cancelled got call', { name: 'CancelError' }, undefined, true],
    ['the reason of the signal', reason, AbortSignal.abort(reason), true],
    ['the same error without the signal', reason, undefined, false],
    ['another failure after a cancellation', new TypeError('x'), AbortSignal.abort(), false],
    ['a timeout', timeout, AbortSignal.abort(timeout), false],
    ['an AbortError caused by a timeout', { name: 'AbortError', cause: timeout }, undefined, false],
    ['an AbortError where the signal timed out', abort, AbortSignal.abort(timeout), false],
    [
      'a timeout of one of several signals',
      timeout,
      AbortSignal.any([new AbortController().signal, AbortSignal.abort(timeout)]),
      false,
    ],
    ['null', null, undefined, false],
    ['a text', 'AbortError', undefined, false],
  ])('says of %s: %#', (_, error, signal, isCancelled) => {
    expect(isCancelledByCaller(error, signal)).toBe(isCancelled);
  });
});
