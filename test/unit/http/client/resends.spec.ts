import { describe, expect, it } from '@jest/globals';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import {
  expectRedirect,
  expectRetry,
  takeResendCount,
} from '../../../../lib/http/client/resends.js';

const contextOfTest = (): TracingContext =>
  TracingContext.ROOT.withSpan(trace.wrapSpanContext(INVALID_SPAN_CONTEXT));

describe('takeResendCount', () => {
  it('recognises the target of a redirect once, with any method', () => {
    const context = contextOfTest();
    expectRedirect(context, 'http://shop/b', 2);
    expect(takeResendCount(context, new URL('http://shop/a'), 'GET')).toBe(0);
    expect(takeResendCount(context, new URL('http://shop/b'), 'GET')).toBe(2);
    expect(takeResendCount(context, new URL('http://shop/b'), 'GET')).toBe(0);
  });

  it('recognises a retry by its method', () => {
    const context = contextOfTest();
    expectRetry(context, 'http://shop/a', 'GET', 1);
    expect(takeResendCount(context, new URL('http://shop/a'), 'PUT')).toBe(0);
    expect(takeResendCount(context, new URL('http://shop/a'), 'GET')).toBe(1);
  });

  it('keeps spans apart', () => {
    expectRedirect(contextOfTest(), 'http://shop/a', 1);
    expect(takeResendCount(contextOfTest(), new URL('http://shop/a'), 'GET')).toBe(0);
  });

  it('takes no request outside any operation for a retry', () => {
    expectRetry(TracingContext.ROOT, 'http://shop/a', 'GET', 1);
    expect(takeResendCount(TracingContext.ROOT, new URL('http://shop/a'), 'GET')).toBe(0);
  });

  it('recognises redirects outside any operation', () => {
    expectRedirect(TracingContext.ROOT, 'http://shop/a', 1);
    const elsewhere = TracingContext.ROOT.withSuppressed(false);
    expect(takeResendCount(elsewhere, new URL('http://shop/a'), 'GET')).toBe(1);
  });

  it('remembers only the latest', () => {
    const context = contextOfTest();
    for (let i = 0; i < 10; i++) expectRedirect(context, `http://shop/${i}`, 1);
    const counts = [0, 1, 2, 9].map((i) =>
      takeResendCount(context, new URL(`http://shop/${i}`), 'GET'),
    );
    expect(counts).toEqual([0, 0, 1, 1]);
  });
});
