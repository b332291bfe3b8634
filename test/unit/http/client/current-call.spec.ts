import { describe, expect, it } from '@jest/globals';
import { TracingContext } from '../../../../lib/context/index.js';
import { callIn, HttpClientCall, withCall } from '../../../../lib/http/client/current-call.js';
import { httpClientSettingsOf } from '../../../../lib/http/client/http-client-settings.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

const { tracer, close } = createTestTracing();
close();
const settings = httpClientSettingsOf(tracer);

function createCall(method = 'get', url = 'http://shop/a#b'): HttpClientCall {
  const { receivers } = settings;
  const { ROOT } = TracingContext;
  return new HttpClientCall(tracer, settings, receivers, ROOT, method, new URL(url));
}

describe('HttpClientCall', () => {
  it('travels in the context', () => {
    const call = createCall();
    expect(callIn(withCall(TracingContext.ROOT, call).withSpan(undefined))).toBe(call);
    expect(callIn(TracingContext.ROOT)).toBeUndefined();
  });

  it('is taken once, by the request with its method and URL', () => {
    const call = createCall();
    expect(call.take('POST', new URL('http://shop/a'))).toBe(false);
    expect(call.take('GET', new URL('http://shop/b'))).toBe(false);
    expect([call.isTaken, call.take('GET', new URL('http://shop/a'))]).toEqual([false, true]);
    expect([call.isTaken, call.take('GET', new URL('http://shop/a'))]).toEqual([true, false]);
  });

  it('lets go of its operation', () => {
    const call = createCall();
    const operation = {} as never;
    call.offer(operation);
    expect([call.release(), call.release()]).toEqual([operation, undefined]);
  });
});
