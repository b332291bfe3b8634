import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { GrpcServerHandler } from '../../../../lib/grpc/server/grpc-server-handler.js';
import { traceServerCall } from '../../../../lib/grpc/server/trace-server-call.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { FakeServerCall, notingListener } from './incoming-call.js';

const createTracing = tracingsOfTest();

function setUp(options: ConstructorParameters<typeof GrpcServerHandler>[1] = {}) {
  const tracing = createTracing();
  const handler = new GrpcServerHandler(tracing.tracer, options);
  const call = new FakeServerCall();
  traceServerCall(handler, '/shop.Orders/Find', call);
  return { ...tracing, call };
}

const activeName = (): unknown => (contextStorage.active().span as { name?: string })?.name;

describe('traceServerCall', () => {
  it('runs all that the call’s listener hears inside of its span, and ends it last', () => {
    const { call, recorder } = setUp();
    const listener = notingListener(() => [activeName(), recorder.openSpans.length]);
    call.start(listener);
    call.listener?.onReceiveMessage({});
    call.listener?.onReceiveHalfClose();
    call.sendStatus({ code: 0 });
    call.listener?.onCancel();
    expect(listener.notes).toEqual(
      ['metadata', 'message', 'half close', 'cancel'].map((name) => [
        name,
        ['shop.Orders/Find', 1],
      ]),
    );
    expect(activeName()).toBeUndefined();
    expect(call.sent).toEqual([{ code: 0 }]);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['rpc.status_code'] })).toBe(
      'shop.Orders/Find [server] rpc.status_code=OK',
    );
  });

  it('traces a call once that is handed in twice', () => {
    const { call, recorder, tracer } = setUp();
    traceServerCall(new GrpcServerHandler(tracer), '/shop.Orders/Find', call);
    call.start(notingListener(() => undefined));
    call.sendStatus({ code: 0 });
    call.listener?.onCancel();
    expect(call.sent).toEqual([{ code: 0 }]);
    recorder.takeSpan();
  });

  it('gives all calls the same methods', () => {
    const [first, second] = [setUp(), setUp()].map(({ call, recorder }) => {
      call.start(notingListener(() => undefined));
      call.listener?.onCancel();
      recorder.takeSpan();
      return [call.start, call.sendStatus];
    });
    expect(second).toEqual(first);
  });

  it('hands on what is heard of a call that has brought no metadata', () => {
    const { call, recorder } = setUp();
    const listener = notingListener(() => contextStorage.active());
    call.metadata = undefined;
    call.start(listener);
    call.listener?.onCancel();
    expect(listener.notes).toEqual([['cancel', TracingContext.ROOT]]);
    expect(recorder.spans).toEqual([]);
  });

  it('takes no status that is sent when the stream has closed', () => {
    const { call, recorder } = setUp();
    const listener = notingListener(() => undefined);
    listener.onCancel = () => call.sendStatus({ code: 0 });
    call.start(listener);
    call.listener?.onCancel();
    expect(recorder.takeSpan().attributes['rpc.status_code']).toBe('CANCELLED');
  });

  it('sees that the stream was reset', () => {
    const { call, recorder } = setUp();
    call.start(notingListener(() => undefined));
    call.sendStatus({ code: 0 });
    call.stream.rstCode = 8;
    call.listener?.onCancel();
    expect(recorder.takeSpan().attributes['rpc.status_code']).toBe('CANCELLED');
  });

  it('begins nothing for a call that never starts', () => {
    const { call, recorder } = setUp();
    call.sendStatus({ code: 13 });
    expect(recorder.openSpans).toEqual([]);
    expect(recorder.spans).toEqual([]);
  });

  it('lets ignored calls run where nothing is traced', () => {
    const { call, recorder } = setUp({ ignore: [/./] });
    const listener = notingListener(() => contextStorage.active().suppressed);
    call.start(listener);
    call.sendStatus({ code: 0 });
    call.listener?.onCancel();
    expect(listener.notes).toEqual([
      ['metadata', true],
      ['cancel', true],
    ]);
    expect(recorder.spans).toEqual([]);
  });

  it.each([
    ['10.0.0.7:4711', undefined, '10.0.0.7', 4711],
    ['fe80::1:4711', undefined, 'fe80::1', 4711],
    ['unknown', undefined, undefined, undefined],
    ['not asked', { remoteAddress: '::1', remotePort: 5 }, '::1', 5],
  ])('knows the peer %s, %j', (peer, info, address, port) => {
    const { call, recorder } = setUp();
    call.getPeer = () => peer;
    if (info !== undefined) Object.assign(call, { getConnectionInfo: () => info });
    call.start(notingListener(() => undefined));
    call.listener?.onCancel();
    const { attributes } = recorder.takeSpan();
    expect(attributes['network.peer.address']).toBe(address);
    expect(attributes['network.peer.port']).toBe(port);
  });

  it('does without a host, which older versions do not know', () => {
    const { call, recorder } = setUp();
    Object.assign(call, { getHost: undefined });
    call.start(notingListener(() => undefined));
    call.listener?.onCancel();
    expect(recorder.takeSpan().attributes).not.toHaveProperty(['server.address']);
  });

  it('tells of messages where that is wanted', () => {
    const { call, recorder } = setUp({ messageEvents: true });
    call.start(notingListener(() => undefined));
    call.listener?.onReceiveMessage({});
    let isSent = false;
    call.sendMessage('answer', () => {
      isSent = true;
    });
    call.listener?.onCancel();
    expect(isSent).toBe(true);
    expect(call.sent).toEqual(['answer']);
    const types = recorder.takeSpan().events.map((event) => event.attributes?.['rpc.message.type']);
    expect(types).toEqual(['RECEIVED', 'SENT']);
  });
});
