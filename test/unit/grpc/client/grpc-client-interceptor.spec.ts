import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { grpcClientInterceptor } from '../../../../lib/grpc/client/grpc-client-interceptor.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { FakeClientCall } from './outgoing-call.js';

const createTracing = tracingsOfTest();
const OPTIONS = { method_definition: { path: '/shop.Orders/Find' } };

describe('grpcClientInterceptor', () => {
  it('hands the call on as it is where no tracing is running', () => {
    const call = new FakeClientCall();
    expect(grpcClientInterceptor(OPTIONS, () => call)).toBe(call);
    expect(Object.hasOwn(call, 'start')).toBe(false);
  });

  it('traces the call for the application that is running', () => {
    const { recorder } = createTracing();
    const asked: unknown[] = [];
    const call = grpcClientInterceptor<typeof OPTIONS, FakeClientCall>(OPTIONS, (options) => {
      asked.push(options);
      return new FakeClientCall();
    });
    call.start(new Metadata());
    call.listener?.onReceiveStatus({ code: 0 });
    expect(asked).toEqual([OPTIONS]);
    expect(recorder.takeSpan().name).toBe('shop.Orders/Find');
  });

  it('leaves a call alone that does not say its method', () => {
    createTracing();
    const call = new FakeClientCall();
    expect(grpcClientInterceptor({}, () => call)).toBe(call);
    expect(Object.hasOwn(call, 'start')).toBe(false);
  });
});
