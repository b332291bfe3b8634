import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { recordFetchFailure } from '../../../../lib/http/client/fetch-failure.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

const { tracer, recorder, close } = createTestTracing();

afterEach(() => recorder.verify());
afterAll(close);

function textOf(error: unknown, signal?: AbortSignal | null): string {
  const span = tracer.startSpan('GET');
  recordFetchFailure(span, error, signal);
  span.end();
  return traceAsText(recorder.takeSpans(), { events: true });
}

function failedBy(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}

describe('recordFetchFailure', () => {
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

  it('takes another failure for one, though the caller has cancelled too', () => {
    expect(textOf(failedBy(undefined), AbortSignal.abort())).toContain(
      'error.type=TypeError ERROR',
    );
  });

  it('takes what the caller gave as the reason for no failure', () => {
    const reason = new Error('no longer needed');
    expect(textOf(reason, AbortSignal.abort(reason))).toBe('GET (event "request aborted")');
  });

  it('takes a timeout for a failure, also where one of several signals timed out', () => {
    const timeout = new DOMException('too late', 'TimeoutError');
    const signal = AbortSignal.any([new AbortController().signal, AbortSignal.abort(timeout)]);
    expect(textOf(timeout, signal)).toContain('error.type=TimeoutError ERROR "too late"');
  });
});
