import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { hookServer } from '../../../../lib/nest/http/platform-hooks.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange, type Exchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer);

afterEach(() => recorder.verify());

function emitRequest(server: EventEmitter, { request, response }: Exchange): boolean {
  return server.emit('request', request, response);
}

describe('hookServer', () => {
  it('runs listeners of requests in the context of the request', () => {
    const server = new EventEmitter();
    const exchange = createExchange();
    hookServer(server, handler);
    server.on('request', (request, response) => {
      expect([request, response]).toEqual([exchange.request, exchange.response]);
      expect(contextStorage.active().entry).toBeDefined();
    });
    expect(emitRequest(server, exchange)).toBe(true);
    answer(exchange, 200);
    recorder.takeSpan();
    expect.assertions(3);
  });

  it('passes other events unchanged', () => {
    const server = new EventEmitter();
    hookServer(server, handler);
    const heard: unknown[] = [];
    server.on('close', (...values) => heard.push(...values));
    expect(server.emit('close', 1, 2)).toBe(true);
    expect(server.emit('upgrade')).toBe(false);
    expect(heard).toEqual([1, 2]);
  });

  it('can be undone completely', () => {
    const server = new EventEmitter();
    hookServer(server, handler)();
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    const own = server.emit.bind(server);
    server.emit = own;
    hookServer(server, handler)();
    expect(server.emit).toBe(own);
  });

  it('passes requests on if another tool has wrapped `emit` and it is undone', () => {
    const server = new EventEmitter();
    const undo = hookServer(server, handler);
    const ours = server.emit;
    const theirs: typeof ours = (...values) => Reflect.apply(ours, server, values);
    server.emit = theirs;
    undo();
    expect(server.emit).toBe(theirs);
    expect(emitRequest(server, createExchange())).toBe(false);
  });
});
