import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { lastValueFrom, NEVER, type Observable, of, throwError } from 'rxjs';
import { contextStorage } from '../../../../lib/context/index.js';
import { GrpcServerHandler } from '../../../../lib/grpc/server/grpc-server-handler.js';
import { GrpcTracingInterceptor } from '../../../../lib/nest/grpc/grpc-tracing.interceptor.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { incomingCall } from '../../grpc/server/incoming-call.js';

const createTracing = tracingsOfTest();

const CALL = {
  metadata: new Metadata(),
  getPath: () => '/shop.Orders/Find',
  getHost: () => 'orders:50051',
};

function execution(type: string, ...args: unknown[]): ExecutionContext {
  return { getType: () => type, getArgs: () => args } as unknown as ExecutionContext;
}

function setUp(options = {}) {
  const tracing = createTracing();
  const handler = new GrpcServerHandler(tracing.tracer, options);
  const interceptor = new GrpcTracingInterceptor(handler);
  const intercept = (answer: () => Observable<unknown>, context = execution('rpc', {}, CALL)) =>
    interceptor.intercept(context, { handle: answer });
  return { ...tracing, handler, intercept };
}

class RpcError extends Error {
  constructor(private readonly error: unknown) {
    super('rpc');
  }

  getError(): unknown {
    return this.error;
  }
}

describe('GrpcTracingInterceptor', () => {
  it('runs the handler in the span of the call', async () => {
    const { intercept, tracer, recorder } = setUp();
    const answer = intercept(() => of(tracer.trace('work', () => 7)));
    expect(await lastValueFrom(answer)).toBe(7);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['rpc.status_code'] })).toBe(
      'shop.Orders/Find [server] rpc.status_code=OK\n  work',
    );
  });

  it.each<[unknown, string]>([
    [
      new RpcError({ code: 5, message: 'gone' }),
      'rpc.status_code=NOT_FOUND exception RpcError "rpc"',
    ],
    [new RpcError('text'), 'rpc.status_code=UNKNOWN ERROR "text" exception RpcError "rpc"'],
    [new RpcError({}), 'rpc.status_code=UNKNOWN ERROR exception RpcError "rpc"'],
    [new TypeError('no'), 'rpc.status_code=UNKNOWN ERROR exception TypeError "no"'],
    [null, 'rpc.status_code=UNKNOWN ERROR exception object "null"'],
  ])('records %p', async (error, text) => {
    const { intercept, recorder } = setUp();
    const answer = lastValueFrom(intercept(() => throwError(() => error)));
    await expect(answer).rejects.toBe(error);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['rpc.status_code'] })).toBe(
      `shop.Orders/Find [server] ${text}`,
    );
  });

  it('is cancelled where nobody listens any more', () => {
    const { intercept, recorder } = setUp();
    intercept(() => NEVER)
      .subscribe()
      .unsubscribe();
    expect(recorder.takeSpan().attributes['rpc.status_code']).toBe('CANCELLED');
  });

  it('knows where a call comes from', async () => {
    const { intercept, recorder } = setUp();
    const call = { ...CALL, getPeer: () => '10.0.0.7:4711' };
    await lastValueFrom(intercept(() => of(1), execution('rpc', {}, call)));
    expect(recorder.takeSpan().attributes).toMatchObject({
      'network.peer.address': '10.0.0.7',
      'network.peer.port': 4711,
    });
  });

  it('leaves calls alone that are traced, and what is not gRPC', async () => {
    const { intercept, handler, recorder } = setUp();
    const operation = handler.begin(incomingCall());
    await contextStorage.run(handler.contextOf(operation), () =>
      lastValueFrom(intercept(() => of(1))),
    );
    await lastValueFrom(intercept(() => of(1), execution('http', CALL)));
    await lastValueFrom(intercept(() => of(1), execution('rpc', {}, null)));
    operation?.finish();
    expect(recorder.takeSpans()).toHaveLength(1);
  });

  it('lets ignored calls run where nothing is traced', async () => {
    const { intercept, recorder } = setUp({ ignore: [/./] });
    const answer = intercept(() => of(contextStorage.active().suppressed));
    expect(await lastValueFrom(answer)).toBe(true);
    expect(recorder.spans).toEqual([]);
  });

  it('needs the module', () => {
    expect(() => new GrpcTracingInterceptor()).toThrow(/^GrpcTracingInterceptor needs/);
  });
});
