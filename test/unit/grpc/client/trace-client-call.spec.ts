import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import { GrpcClientHandler } from '../../../../lib/grpc/client/grpc-client-handler.js';
import { traceClientCall } from '../../../../lib/grpc/client/trace-client-call.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { FakeClientCall } from './outgoing-call.js';

const createTracing = tracingsOfTest();
const activeName = (): unknown => (contextStorage.active().span as { name?: string })?.name;

function setUp(options: ConstructorParameters<typeof GrpcClientHandler>[1] = {}) {
  const tracing = createTracing();
  const call = new FakeClientCall(activeName);
  traceClientCall(new GrpcClientHandler(tracing.tracer, options), '/shop.Orders/Find', call);
  return { ...tracing, call };
}

describe('traceClientCall', () => {
  it('starts the call in its span, and answers in the context of the caller', () => {
    const { call, tracer, recorder } = setUp();
    const heard: unknown[] = [];
    tracer.trace('work', () => {
      call.start(new Metadata(), {
        onReceiveMetadata: () => heard.push(activeName()),
        onReceiveMessage: () => heard.push(activeName()),
        onReceiveStatus: () => heard.push(activeName()),
      });
    });
    call.peer = '10.0.0.7:1';
    expect(call.contextAtStart).toBe('shop.Orders/Find');
    expect(call.metadata?.get('traceparent')).toHaveLength(1);
    call.listener?.onReceiveMetadata(new Metadata());
    call.listener?.onReceiveMessage('answer');
    call.listener?.onReceiveStatus({ code: 0 });
    expect(heard).toEqual(['work', 'work', 'work']);
    const attributes = ['rpc.status_code', 'server.address', 'network.peer.address'];
    expect(traceAsText(recorder.takeSpans(), { attributes })).toBe(
      'work\n  shop.Orders/Find [client] network.peer.address=10.0.0.7 rpc.status_code=OK server.address=orders',
    );
  });

  it('traces a call once that is handed in twice, by the same methods as all others', () => {
    const [first, second] = [setUp(), setUp()].map(({ call, recorder, tracer }) => {
      traceClientCall(new GrpcClientHandler(tracer), '/shop.Orders/Find', call);
      call.start(new Metadata());
      call.listener?.onReceiveStatus({ code: 0 });
      recorder.takeSpan();
      return call.start;
    });
    expect(second).toBe(first);
  });

  it('holds no metadata of a call whose status never comes', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const { tracer, recorder } = createTracing();
    const handler = new GrpcClientHandler(tracer);
    const call = (): WeakRef<object> => {
      const started = new FakeClientCall();
      traceClientCall(handler, '/shop.Orders/Find', started);
      started.start(new Metadata());
      return new WeakRef(started.metadata as Metadata);
    };
    const metadata = call();
    for (let turn = 0; turn < 3; turn++) {
      await new Promise(setImmediate);
      collectGarbage();
    }
    expect(metadata.deref()).toBeUndefined();
    expect(recorder.openSpans).toHaveLength(1);
    handler.finishAll();
    recorder.takeSpan();
  });

  it('needs no listener', () => {
    const { call, recorder } = setUp();
    call.start(new Metadata());
    call.listener?.onReceiveMetadata(new Metadata());
    call.listener?.onReceiveMessage(null);
    call.listener?.onReceiveStatus({ code: 14, details: 'gone' });
    expect(recorder.takeSpan().status.message).toBe('gone');
  });

  it('has a listener that grpc-js knows as a complete one', () => {
    const { call, recorder } = setUp();
    call.start(new Metadata());
    expect(call.listener?.onReceiveMetadata).toHaveLength(1);
    call.listener?.onReceiveStatus({ code: 0 });
    recorder.takeSpan();
  });

  it.each([
    [new Error('no token'), ' "no token"'],
    [Object.create(null), ''],
  ])('ends with what an interceptor of the user throws, which goes through', (trouble, message) => {
    const { call, recorder } = setUp();
    call.trouble = trouble;
    let thrown: unknown;
    try {
      call.start(new Metadata());
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(trouble);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['rpc.status_code'] })).toBe(
      `shop.Orders/Find [client] rpc.status_code=UNKNOWN ERROR${message}`,
    );
  });

  it('hands an ignored call on as it is', () => {
    const { call, recorder } = setUp({ ignore: [/./] });
    const metadata = new Metadata();
    const listener = {};
    call.start(metadata, listener);
    expect([call.metadata, call.listener]).toEqual([metadata, listener]);
    expect(call.metadata).toBe(metadata);
    expect(recorder.spans).toEqual([]);
  });

  it('tells of messages where that is wanted', () => {
    const { call, recorder } = setUp({ messageEvents: true });
    call.start(new Metadata());
    call.sendMessageWithContext({}, 'question');
    call.listener?.onReceiveMessage('answer');
    call.listener?.onReceiveMessage(null);
    call.listener?.onReceiveStatus({ code: 0 });
    expect(call.sent).toEqual(['question']);
    const types = recorder.takeSpan().events.map((event) => event.attributes?.['rpc.message.type']);
    expect(types).toEqual(['SENT', 'RECEIVED']);
  });
});
