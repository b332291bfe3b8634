import { afterEach, describe, expect, it } from '@jest/globals';
import { ForbiddenException, NotFoundException } from '@nestjs/common';
import { HttpServerHandler, HttpServerOperation } from '../../../../lib/http/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { answer, createExchange, type Exchange } from './exchange.js';

const { tracer, recorder, warnings } = createTestTracing();
const SHOWN = ['error.type', 'http.response.status_code', 'http.route', 'code.function.name'];

afterEach(() => recorder.verify());

function begin(
  functionNameOf?: (handler: object) => string | undefined,
): [HttpServerOperation, Exchange] {
  const exchange = createExchange();
  const handler = new HttpServerHandler(tracer, {}, functionNameOf);
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
  ])('says how an answer of %d went', (statusCode, text) => {
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

  it('records several exceptions, but not any number', () => {
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

  it('says nothing of the exception for an unknown route, nor of a route tried before', () => {
    const [operation, exchange] = begin();
    operation.seenBy({ route: { path: '/tried' } }, exchange.response);
    operation.exceptionCaught(new NotFoundException('Cannot GET /orders/42'));
    answer(exchange, 404);
    expect(textOfSpan()).toBe('GET [server] http.response.status_code=404');
  });

  it('knows an unknown route by the URL as it came, whatever a mount has made of it', () => {
    const [operation, exchange] = begin();
    Object.assign(exchange.request, { url: '/', originalUrl: '/a' });
    operation.exceptionCaught(new NotFoundException('Cannot GET /a'));
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

  it('is found by its response and by no other, and adds nothing that is seen in a list', () => {
    const [operation, exchange] = begin();
    const other = createExchange();
    expect(HttpServerOperation.of(exchange.response)).toBe(operation);
    expect(HttpServerOperation.of(other.response)).toBeUndefined();
    expect(Object.keys(exchange.response).sort()).toEqual(Object.keys(other.response).sort());
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('names the route and its function', () => {
    const [operation, exchange] = begin((handler) => `C.${(handler as { name: string }).name}`);
    const route = { path: '/orders/:id', stack: [{ handle: function find() {} }] };
    operation.seenBy({ route }, exchange.response);
    answer(exchange, 200);
    expect(textOfSpan()).toBe(
      'GET /orders/:id [server] code.function.name=C.find http.response.status_code=200 http.route=/orders/:id',
    );
  });

  it('takes the name of a function from who knows it better', () => {
    const [operation, exchange] = begin(() => 'C.wrapped');
    operation.seenBy({ route: { path: '/a', stack: [{ handle: () => {} }] } }, exchange.response);
    operation.functionName = 'C.find';
    answer(exchange, 200);
    expect(recorder.takeSpan().attributes['code.function.name']).toBe('C.find');
  });

  it.each([
    [undefined, 'GET'],
    ['C.find', 'GET /*path'],
  ])('takes a route for any path as one if it belongs to %s', (functionName, name) => {
    const [operation, exchange] = begin(() => functionName);
    const route = { path: '/*path', stack: [{ handle: () => {} }] };
    operation.seenBy({ route }, exchange.response);
    answer(exchange, 200);
    expect(recorder.takeSpan().name).toBe(name);
  });

  it('says that a request was aborted, and its status only if it was sent', () => {
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

  it('changes nothing after its end', () => {
    const [operation, exchange] = begin();
    answer(exchange, 200);
    operation.exceptionCaught(new Error('late'));
    operation.finish();
    expect(textOfSpan()).toBe('GET [server] http.response.status_code=200');
    expect(warnings).toEqual([]);
  });

  it('ends its span even if it cannot be completed', () => {
    const [operation, exchange] = begin();
    const strange = {
      get route() {
        throw new Error('no route');
      },
    };
    operation.seenBy(strange, exchange.response);
    answer(exchange, 200);
    expect(recorder.takeSpan().ended).toBe(true);
    expect(warnings).toEqual(['The span of a request could not be completed: Error: no route']);
  });
});
