import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange, type Exchange } from './exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer);

afterEach(() => recorder.verify());

/** Begins a request whose response waits for earlier ones on its connection. */
function createWaiting(socket: Socket): Exchange {
  const { request } = createExchange({ socket: new Socket() });
  Object.defineProperty(request, 'socket', { value: socket });
  const response = new ServerResponse(request);
  handler.begin(request, response);
  return { request, response };
}

describe('HttpServerHandler, when a response closes', () => {
  it('finishes when the response has closed', () => {
    const exchange = createExchange();
    handler.begin(exchange.request, exchange.response);
    expect(recorder.openSpans).toHaveLength(1);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('finishes waiting responses when their connection closes, with one listener for all', () => {
    const socket = new Socket();
    for (let count = 0; count < 20; count++) createWaiting(socket);
    expect(socket.listenerCount('close')).toBe(1);
    socket.emit('close');
    expect(recorder.takeSpans()).toHaveLength(20);
  });

  it('forgets responses that no longer wait', () => {
    const socket = new Socket();
    const exchange = createWaiting(socket);
    exchange.response.emit('close');
    recorder.takeSpan();
    socket.emit('close');
    expect(recorder.spans).toHaveLength(1);
  });

  it('adds nothing to the connection for a response that does not wait', () => {
    const socket = new Socket();
    const exchange = createExchange({ socket });
    const before = socket.listenerCount('close');
    handler.begin(exchange.request, exchange.response);
    expect(socket.listenerCount('close')).toBe(before);
    answer(exchange, 200);
    recorder.takeSpan();
  });
});
