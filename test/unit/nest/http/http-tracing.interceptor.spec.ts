import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { lastValueFrom, Observable, of, throwError } from 'rxjs';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { HttpTracingInterceptor } from '../../../../lib/nest/http/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { answer, createExchange, type Exchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer);
const interceptor = new HttpTracingInterceptor(handler);
const SHOWN = ['code.function.name', 'error.type'];

afterEach(() => recorder.verify());

class OrdersController {
  find(): void {}
}

function executionOf(
  { request, response }: Exchange,
  type = 'http',
  wrap = false,
): ExecutionContext {
  const http = {
    getRequest: () => (wrap ? { raw: request } : request),
    getResponse: () => (wrap ? { raw: response } : response),
  };
  return {
    getType: () => type,
    getClass: () => OrdersController,
    getHandler: () => OrdersController.prototype.find,
    switchToHttp: () => http,
  } as unknown as ExecutionContext;
}

const next: CallHandler = {
  handle: () => {
    tracer.startSpan('inside').end();
    return of('result');
  },
};

describe('HttpTracingInterceptor', () => {
  it.each([
    ['Express', false],
    ['Fastify', true],
  ])('starts a span if the server is not traced, on %s', async (_, wrap) => {
    const exchange = createExchange();
    const result = interceptor.intercept(executionOf(exchange, 'http', wrap), next);
    expect(await lastValueFrom(result)).toBe('result');
    answer(exchange, 200);
    expect(traceAsText(recorder.takeSpans(), { attributes: SHOWN })).toBe(
      'GET [server] code.function.name=OrdersController.find\n  inside',
    );
  });

  it('passes an error unchanged and records it', async () => {
    const exchange = createExchange();
    const error = new Error('broken');
    const failing = { handle: (): Observable<never> => throwError(() => error) };
    const result = lastValueFrom(interceptor.intercept(executionOf(exchange), failing));
    await expect(result).rejects.toBe(error);
    answer(exchange, 500);
    expect(traceAsText([recorder.takeSpan()], { attributes: SHOWN })).toBe(
      'GET [server] code.function.name=OrdersController.find error.type=Error ERROR "broken" exception Error',
    );
  });

  it('only names the handler if the server is traced', async () => {
    const exchange = createExchange();
    const { request, response } = exchange;
    await handler.run(request, response, () =>
      lastValueFrom(interceptor.intercept(executionOf(exchange), next)),
    );
    answer(exchange, 200);
    expect(traceAsText(recorder.takeSpans(), { attributes: SHOWN })).toBe(
      'GET [server] code.function.name=OrdersController.find\n  inside',
    );
  });

  it('starts no span for an ignored request', async () => {
    const ignoring = new HttpServerHandler(tracer, { ignore: ['/orders/42'] });
    const result = new HttpTracingInterceptor(ignoring).intercept(
      executionOf(createExchange()),
      next,
    );
    expect(await lastValueFrom(result)).toBe('result');
  });

  it('does nothing for other transports', async () => {
    const result = interceptor.intercept(executionOf(createExchange(), 'rpc'), {
      handle: () => of('message'),
    });
    expect(await lastValueFrom(result)).toBe('message');
  });

  it('throws if the module is not imported', () => {
    expect(() => new HttpTracingInterceptor()).toThrow(
      'HttpTracingInterceptor needs TracingModule.forRoot() in the application',
    );
  });
});
