import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { GrpcClientHandler } from '../../../../lib/grpc/client/grpc-client-handler.js';
import { traceChannel } from '../../../../lib/grpc/client/trace-channel.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { FakeClientCall } from './outgoing-call.js';

const createTracing = tracingsOfTest();

describe('traceChannel', () => {
  it('traces each call once, while there is a handler', () => {
    const { tracer, recorder } = createTracing();
    let handler: GrpcClientHandler | undefined = new GrpcClientHandler(tracer);
    const asked: unknown[] = [];
    const channel = {
      createCall(...parameters: unknown[]): FakeClientCall {
        asked.push(parameters);
        return new FakeClientCall();
      },
    };
    const client = { getChannel: () => channel };
    traceChannel(client, () => handler);
    traceChannel(client, () => handler);
    for (let calls = 0; calls < 2; calls++) {
      const call = channel.createCall('/shop.Orders/Find', 5, 'host');
      call.start(new Metadata());
      call.listener?.onReceiveStatus?.({ code: 0 });
      handler = undefined;
    }
    expect(asked).toEqual([
      ['/shop.Orders/Find', 5, 'host'],
      ['/shop.Orders/Find', 5, 'host'],
    ]);
    expect(recorder.takeSpans()).toHaveLength(1);
  });

  it.each([undefined, null, {}, 7])('does nothing to %j', (client) => {
    expect(() => traceChannel(client, () => undefined)).not.toThrow();
  });
});
