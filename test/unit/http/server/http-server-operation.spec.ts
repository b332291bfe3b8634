import { afterEach, describe, expect, it } from '@jest/globals';
import { ForbiddenException, NotFoundException } from '@nestjs/common';
import { propagation } from '@opentelemetry/api';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import type { HttpServerOperation } from '../../../../lib/http/index.js';
import {
  contextToEnter,
  HttpServerHandler,
  operationOf,
} from '../../../../lib/http/server/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { answer, createExchange, type Exchange } from './exchange.js';

const { tracer, recorder, warnings } = createTestTracing();
const SHOWN = ['error.type', 'http.response.status_code', 'http.route', 'code.function.name'];

afterEach(() => recorder.verify());

function begin(): [HttpServerOperation, Exchange] {
  const exchange = createExchange();
  const handler = new HttpServerHandler(tracer);
  return [handler.begin(exchange.request, exchange.response) as HttpServerOperation, exchange];
}

function textOfSpan(): string {
  return traceAsText([recorder.takeSpan()], { attributes: SHOWN, events: true });
}

describe('HttpServerOperation', () => {
  it.each([
    [200, 'GET [server] http.response.status_code=200'],
    [304, 'GET [server] http.response.status_code=304'],
    [499, 'GET [server] http.response.status_code=499'],
    [500, 'GET [server] error.type="500" http.response.status_code=500 ERROR'],
    [599, 'GET [server] error.type="599" http.response.status_code=599 ERROR'],
  ])('records the result of a response with status %d', (statusCode, text) => {
    const [, exchange] = begin();
    answer(exchange, statusCode);
    expect(textOfSpan()).toBe(text);
  });

  it.each([
    [200, 'GET [server] http.response.status_code=200 exception Error "broken"'],
    [400, 'GET [server] http.response.status_code=400 exception Error "broken"'],
    [
      500,
      'GET [server] error.type=Error http.response.status_code=500 ERROR "broken" exception Error',
    ],
  ])('records an exception once with an answer of %d', (statusCode, text) => {
    const [operation, exchange] = begin();
    const exception = new Error('broken');
    operation.exceptionCaught(exception);
    operation.exceptionCaught(exception);
    answer(exchange, statusCode);
    expect(textOfSpan()).toBe(text);
  });

  it('records a limited number of exceptions', () => {
    const [operation, exchange] = begin();
    for (let index = 0; index < 20; index++) operation.exceptionCaught(new Error(String(index)));
    answer(exchange, 200);
    expect(recorder.takeSpan().events).toHaveLength(8);
  });

  it.each([undefined, null, 'text', 7, { message: 'no error' }])(
    'records %p that was thrown',
    (thrown) => {
      const [operation, exchange] = begin();
      operation.exceptionCaught(thrown);
      answer(exchange, 500);
      expect(recorder.takeSpan().events).toHaveLength(1);
    },
  );

  it.each<[string, unknown, boolean]>([
    ['an error', new Error('broken'), true],
    ['something that is no error', 'broken', true],
    ['an error of the code 503', Object.assign(new Error('broken'), { statusCode: 503 }), true],
    ['an error of the code 404', Object.assign(new Error('broken'), { statusCode: 404 }), true],
    [
      'an error of http-errors for the code 404',
      Object.assign(new Error('broken'), { statusCode: 404, status: 404, expose: true }),
      false,
    ],
    ['an exception for a code below 500', new ForbiddenException('broken'), false],
    [
      'one whose code cannot be read',
      {
        get getStatus() {
          throw new Error('unreadable');
        },
      },
      true,
    ],
  ])('after the headers, decides whether %s makes the span an error', (...row) => {
    const [, thrown, isError] = row;
    const [operation, exchange] = begin();
    const early = new Error('handled by a filter');
    operation.exceptionCaught(early);
    exchange.response.writeHead(200);
    operation.exceptionCaught(thrown);
    Object.defineProperty(exchange.response, 'writableFinished', { value: true });
    exchange.response.emit('close');
    const span = recorder.takeSpan();
    expect(span.events.map(({ name }) => name)).toEqual(['exception', 'exception']);
    expect([span.status.code === 2, 'error.type' in span.attributes]).toEqual([isError, isError]);
  });

  it('records neither the exception for an unknown route nor an earlier route', () => {
    const [operation, exchange] = begin();
    operation.enterRoute({ template: '/tried', functionName: undefined });
    operation.exceptionCaught(new NotFoundException('Cannot GET /orders/42'));
    answer(exchange, 404);
    expect(textOfSpan()).toBe('GET [server] http.response.status_code=404');
  });

  it('recognises an unknown route by the complete path in a mounted application', () => {
    const exchange = createExchange({ url: '/' });
    Object.assign(exchange.request, { originalUrl: '/a' });
    const operation = new HttpServerHandler(tracer).begin(exchange.request, exchange.response);
    operation?.exceptionCaught(new NotFoundException('Cannot GET /a'));
    answer(exchange, 404);
    expect(textOfSpan()).toBe('GET [server] http.response.status_code=404');
  });

  it.each([
    ['another message', new NotFoundException('no such order')],
    ['another status', new ForbiddenException('Cannot GET /orders/42')],
    ['an error of its own', new Error('Cannot GET /orders/42')],
    ['a string', 'Cannot GET /orders/42'],
    [
      'something that cannot be asked',
      {
        getStatus() {
          throw new Error('broken');
        },
      },
    ],
  ])('records %s though there is no route', (_, exception) => {
    const [operation, exchange] = begin();
    operation.exceptionCaught(exception);
    answer(exchange, 404);
    expect(recorder.takeSpan().events).toHaveLength(1);
  });

  it('is found by its response, and adds one enumerable property with a string key', () => {
    const [operation, exchange] = begin();
    const other = createExchange();
    expect(operationOf(exchange.response)).toBe(operation);
    expect(operationOf(other.response)).toBeUndefined();
    expect(Object.keys(exchange.response)).toEqual([...Object.keys(other.response), 'emit']);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('names the route and its function', () => {
    const [operation, exchange] = begin();
    operation.enterRoute({ template: '/orders/:id', functionName: 'C.find' });
    answer(exchange, 200);
    expect(textOfSpan()).toBe(
      'GET /orders/:id [server] code.function.name=C.find http.response.status_code=200 http.route=/orders/:id',
    );
  });

  it('names the last route, and none that has passed the request on', () => {
    const [operation, exchange] = begin();
    operation.enterRoute({ template: '/first', functionName: 'C.first' });
    operation.enterRoute({ template: '/second', functionName: 'C.second' });
    operation.leaveRoute();
    answer(exchange, 200);
    expect(textOfSpan()).toBe('GET [server] http.response.status_code=200');
  });

  it('names no route below a path whose template is not known', () => {
    const [operation, exchange] = begin();
    operation.enterRoute({ template: '/books', functionName: 'C.find' }, '/users/1');
    answer(exchange, 200);
    expect(textOfSpan()).toBe(
      'GET [server] code.function.name=C.find http.response.status_code=200',
    );
  });

  it('prefers the function name that an interceptor sets', () => {
    const [operation, exchange] = begin();
    operation.enterRoute({ template: '/a', functionName: 'C.wrapped' });
    operation.functionName = 'C.find';
    answer(exchange, 200);
    expect(recorder.takeSpan().attributes['code.function.name']).toBe('C.find');
  });

  it('records that a request was aborted, and its status only if it was sent', () => {
    const [, unanswered] = begin();
    unanswered.response.emit('close');
    expect(textOfSpan()).toBe('GET [server] (event "request aborted")');
    const [, halfAnswered] = begin();
    halfAnswered.response.writeHead(200);
    halfAnswered.response.emit('close');
    expect(textOfSpan()).toBe(
      'GET [server] http.response.status_code=200 (event "request aborted")',
    );
  });

  it.each([
    ['complete', { isEnded: true, rstCode: 0 }, []],
    ['reset before its end', { isEnded: false, rstCode: 8 }, ['request aborted']],
    ['reset after its end', { isEnded: true, rstCode: 8 }, ['request aborted']],
    ['closed without an end', { isEnded: false, rstCode: 0 }, ['request aborted']],
  ])('sees whether a response of HTTP/2 is %s', (_, { isEnded, rstCode }, events) => {
    const [, exchange] = begin();
    Object.defineProperties(exchange.response, {
      stream: { value: { rstCode } },
      writableEnded: { value: isEnded },
      writableFinished: { value: true },
    });
    exchange.response.emit('finish');
    exchange.response.emit('close');
    expect(recorder.takeSpan().events.map(({ name }) => name)).toEqual(events);
  });

  it('keeps baggage of the active context, but only of its own request', () => {
    const [operation, exchange] = begin();
    const baggage = propagation.createBaggage({ tenant: { value: 'one' } });
    contextStorage.run(operation.context.withBaggage(baggage), () => operation.keepBaggage());
    contextStorage.run(TracingContext.ROOT, () => operation.keepBaggage());
    expect(operation.context.baggage).toBe(baggage);
    expect(contextToEnter(exchange.response)).toBe(operation.context);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('changes nothing after its end', () => {
    const [operation, exchange] = begin();
    answer(exchange, 200);
    operation.exceptionCaught(new Error('late'));
    operation.finish(exchange.request, exchange.response);
    expect(textOfSpan()).toBe('GET [server] http.response.status_code=200');
    expect(warnings).toEqual([]);
  });

  it('ends its span even if it cannot be completed', () => {
    const [, exchange] = begin();
    Object.defineProperty(exchange.request, 'app', {
      get() {
        throw new Error('no route');
      },
    });
    answer(exchange, 200);
    expect(recorder.takeSpan().ended).toBe(true);
    expect(warnings).toEqual(['The span of a request could not be completed: Error: no route']);
  });
});
