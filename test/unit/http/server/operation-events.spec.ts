import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { contextToEnter, operationOf } from '../../../../lib/http/server/index.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange } from './exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer, { ignore: ['/health'] });

afterEach(() => recorder.verify());

function begin(parts: Parameters<typeof createExchange>[0] = {}) {
  const exchange = createExchange(parts);
  return { ...exchange, operation: handler.begin(exchange.request, exchange.response) };
}

describe('the events of a request and its response', () => {
  it('reach the operation without a listener', () => {
    const exchange = createExchange();
    const before = exchange.response.listenerCount('close');
    handler.begin(exchange.request, exchange.response);
    expect(exchange.response.listenerCount('close')).toBe(before);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('end the span before the listeners of the response run, in its context', () => {
    const { operation, ...exchange } = begin();
    const seen: unknown[] = [];
    exchange.response.on('close', () => seen.push(contextStorage.active(), recorder.spans.length));
    answer(exchange, 200);
    expect(seen).toEqual([operation?.context, 1]);
    recorder.takeSpan();
  });

  it('run listeners of both in the context of the request', () => {
    const { request, operation } = begin();
    const seen: unknown[] = [];
    request.on('end', (value: unknown) => seen.push(contextStorage.active(), value));
    request.emit('end', 7);
    expect(seen).toEqual([operation?.context, 7]);
    operation?.span.end();
    recorder.takeSpan();
  });

  it('leave the context that is active for other events', () => {
    const { response, operation } = begin();
    const seen: unknown[] = [];
    response.on('pipe', () => seen.push(contextStorage.active()));
    response.emit('pipe');
    expect(seen).toEqual([TracingContext.ROOT]);
    operation?.span.end();
    recorder.takeSpan();
  });

  it('finish the operation of a response whose emit another tool has replaced', () => {
    const exchange = createExchange();
    const { response } = exchange;
    response.emit = EventEmitter.prototype.emit.bind(response);
    handler.begin(exchange.request, response);
    answer(exchange, 200);
    expect(recorder.takeSpan().attributes).toMatchObject({ 'http.response.status_code': 200 });
  });

  it('finish the operation of a response of a bridge, which need not close', () => {
    const exchange = createExchange();
    Object.defineProperty(exchange.request, 'socket', { value: { remoteAddress: '::1' } });
    handler.begin(exchange.request, exchange.response);
    exchange.response.writeHead(200);
    exchange.response.emit('finish');
    expect(recorder.takeSpan().events).toEqual([]);
  });

  it('run listeners of an ignored request without tracing', () => {
    const { response, operation } = begin({ url: '/health' });
    expect(operation).toBeUndefined();
    expect(operationOf(response)).toBeUndefined();
    const seen: boolean[] = [];
    response.on('close', () => seen.push(contextStorage.active().suppressed));
    response.emit('close');
    expect(seen).toEqual([true]);
  });

  it('are none of tracing for a request that is not known', () => {
    const { request, response } = createExchange();
    expect(contextToEnter(request)).toBeUndefined();
    expect(operationOf(response)).toBeUndefined();
  });

  it('are those of a test double without emit, too', () => {
    const closing: (() => void)[] = [];
    const request = { method: 'GET', url: '/', headers: {} } as IncomingMessage;
    const response = {
      headersSent: true,
      statusCode: 204,
      writableFinished: true,
      on: (_event: string, listener: () => void) => closing.push(listener),
    } as unknown as ServerResponse;
    handler.begin(request, response);
    for (const close of closing) close();
    expect(recorder.takeSpan().attributes).toMatchObject({ 'http.response.status_code': 204 });
  });
});
