import { describe, expect, it } from '@jest/globals';
import { GrpcServerHandler } from '../../../../lib/grpc/server/grpc-server-handler.js';
import {
  grpcServerInterceptor,
  interceptorFor,
  withInterceptor,
} from '../../../../lib/grpc/server/grpc-server-interceptor.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { FakeServerCall, notingListener } from './incoming-call.js';

const createTracing = tracingsOfTest();
const method = { path: '/shop.Orders/Find' };

describe('grpcServerInterceptor', () => {
  it('hands the call on as it is where no tracing is running', () => {
    const call = new FakeServerCall();
    expect(grpcServerInterceptor(method, call)).toBe(call);
    expect(Object.hasOwn(call, 'start')).toBe(false);
  });

  it('traces the call for the application that is running', () => {
    const { recorder } = createTracing();
    const call = grpcServerInterceptor<FakeServerCall>(method, new FakeServerCall());
    call.start(notingListener(() => undefined));
    call.listener?.onCancel();
    expect(recorder.takeSpan().name).toBe('shop.Orders/Find');
  });
});

describe('interceptorFor', () => {
  it('asks for the handler at each call', () => {
    const { tracer, recorder } = createTracing();
    let handler: GrpcServerHandler | undefined = new GrpcServerHandler(tracer);
    const interceptor = interceptorFor(() => handler);
    for (let calls = 0; calls < 2; calls++) {
      const call = interceptor<FakeServerCall>(method, new FakeServerCall());
      call.start(notingListener(() => undefined));
      call.listener?.onCancel();
      handler = undefined;
    }
    expect(recorder.takeSpans()).toHaveLength(1);
  });
});

describe('withInterceptor', () => {
  it('puts ours first and takes others of ours away', () => {
    const own = interceptorFor(() => undefined);
    const others = (): void => {};
    const given = [others, grpcServerInterceptor];
    expect(withInterceptor(given, own)).toEqual([own, others]);
    expect(given).toEqual([others, grpcServerInterceptor]);
    expect(withInterceptor(undefined, own)).toEqual([own]);
  });
});
