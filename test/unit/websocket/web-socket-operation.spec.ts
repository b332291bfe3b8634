import { describe, expect, it } from '@jest/globals';
import { RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import { TracingContext } from '../../../lib/context/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { WebSocketOperation } from '../../../lib/websocket/web-socket-operation.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('WebSocketOperation', () => {
  const createTracing = tracingsOfTest();

  function begin() {
    const { tracer, recorder } = createTracing();
    const open = new Set<WebSocketOperation>();
    const operation = new WebSocketOperation(
      open,
      tracer.startSpan('message'),
      TracingContext.ROOT,
    );
    const text = (): string =>
      traceAsText(recorder.takeSpans(), { attributes: ['error.type'], events: true });
    return { open, operation, text };
  }

  it('is in the context, and open until its end', () => {
    const { open, operation, text } = begin();
    expect(operation.context.entry).toBe(operation);
    expect(operation.context.span).toBe(operation.span);
    expect(open.size).toBe(1);
    operation.finish();
    operation.breakOff('too late');
    operation.fail(new Error('too late'));
    operation.exceptionCaught(new Error('too late'));
    expect(open.size).toBe(0);
    expect(text()).toBe('message');
  });

  it('records an exception once, and an answer of the gateway without a failure', () => {
    const { operation, text } = begin();
    const answer = new WsException('no such room');
    operation.exceptionCaught(answer);
    operation.exceptionCaught(answer);
    operation.finish();
    expect(text()).toBe('message exception WsException "no such room"');
  });

  it.each([new TypeError('wrong'), new RpcException('wrong')])(
    'records any other exception as a failure: %p',
    (exception) => {
      const { operation, text } = begin();
      operation.exceptionCaught(exception);
      operation.finish();
      const { name } = exception.constructor;
      expect(text()).toBe(`message error.type=${name} ERROR "wrong" exception ${name}`);
    },
  );

  it('records a failure if a filter throws an answer again', () => {
    const { operation, text } = begin();
    const answer = new WsException('no such room');
    operation.exceptionCaught(answer);
    operation.fail(answer);
    expect(text()).toBe(
      'message error.type=WsException ERROR "no such room" exception WsException',
    );
  });

  it.each([
    null,
    undefined,
    'text',
    7,
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    ),
  ])('records the failure of anything that is thrown', (exception) => {
    const { operation, text } = begin();
    operation.exceptionCaught(exception);
    operation.exceptionCaught(exception);
    operation.fail(exception);
    expect(text().match(/exception/g)).toHaveLength(1);
  });

  it('records a limited number of exceptions', () => {
    const { operation, text } = begin();
    for (let index = 0; index < 20; index++) operation.exceptionCaught(new Error(`${index}`));
    operation.finish();
    expect(text().match(/exception/g)).toHaveLength(8);
  });
});
