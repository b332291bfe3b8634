import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import {
  assignGrpcServerHandler,
  GrpcServerHandler,
  grpcServerHandlerOfProcess,
} from '../../../../lib/grpc/server/grpc-server-handler.js';
import type { GrpcServerOptions } from '../../../../lib/grpc/server/grpc-server-options.js';
import type { Sampler } from '../../../../lib/sampling/index.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../../../lib/sampling/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { incomingCall } from './incoming-call.js';

const createTracing = tracingsOfTest();

function setUp(options: GrpcServerOptions = {}, sampler?: Sampler) {
  const tracing = createTracing({ sampler });
  const handler = new GrpcServerHandler(tracing.tracer, options, () => 'Orders.find');
  return { ...tracing, handler };
}

describe('GrpcServerHandler', () => {
  it('shows the call when its span starts, for samplers', () => {
    const asked: unknown[] = [];
    const always = new AlwaysOnSampler();
    const sampler: Sampler = {
      shouldSample: (...parameters) => {
        asked.push([parameters[2], parameters[3], { ...parameters[4] }]);
        return always.shouldSample(parameters[0]);
      },
      toString: () => 'asking',
    };
    const metadata = new Metadata();
    metadata.set('x-tenant', 'blue');
    const { handler } = setUp({ captureRequestMetadata: ['x-tenant'] }, sampler);
    handler.begin(incomingCall({ metadata }))?.finish();
    expect(asked).toEqual([
      [
        'shop.Orders/Find',
        1,
        {
          'rpc.system.name': 'grpc',
          'rpc.method': 'shop.Orders/Find',
          'rpc.method_original': undefined,
          'rpc.request.metadata.x-tenant': ['blue'],
          'server.address': 'orders',
          'server.port': 50051,
          'network.peer.address': '10.0.0.7',
          'network.peer.port': 4711,
          'code.function.name': 'Orders.find',
        },
      ],
    ]);
  });

  it('names a method that the server does not have by the system', () => {
    const { handler, recorder } = setUp();
    handler.begin(incomingCall({ isKnownMethod: false }))?.finish();
    const { name, attributes } = recorder.takeSpan();
    expect([name, attributes['rpc.method'], attributes['rpc.method_original']]).toEqual([
      'grpc',
      '_OTHER',
      'shop.Orders/Find',
    ]);
    expect(attributes).not.toHaveProperty(['code.function.name']);
  });

  it('continues the trace of the caller, never what is active', () => {
    const { handler, tracer, recorder } = setUp();
    const metadata = new Metadata();
    metadata.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    metadata.set('baggage', 'tenant=blue');
    tracer.trace('other', () => {
      const operation = handler.begin(incomingCall({ metadata }));
      expect(operation?.context.baggage?.getEntry('tenant')?.value).toBe('blue');
      operation?.finish();
      handler.begin(incomingCall())?.finish();
    });
    const [continued, fresh] = recorder.takeSpans();
    expect(continued?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(fresh?.parentSpanContext).toBeUndefined();
  });

  it('does not trace what is ignored or suppressed, nor what it causes', () => {
    const { handler, recorder } = setUp({ ignore: ['shop.Orders'] });
    expect(handler.begin(incomingCall())).toBeUndefined();
    expect(handler.contextOf(undefined).suppressed).toBe(true);
    const suppressed = TracingContext.ROOT.withSuppressed(true);
    contextStorage.run(suppressed, () => {
      expect(handler.begin(incomingCall({ method: 'shop.Items/Find' }))).toBeUndefined();
    });
    expect(recorder.spans).toEqual([]);
  });

  it('finishes what is open when its server is gone', () => {
    const { handler, recorder } = setUp();
    const operation = handler.begin(incomingCall());
    handler.begin(incomingCall())?.finish();
    handler.finishAll();
    operation?.finish();
    expect(recorder.takeSpans().map(({ attributes }) => attributes['rpc.status_code'])).toEqual([
      'CANCELLED',
      'CANCELLED',
    ]);
  });

  it('shows a recorded call to the function of the user', () => {
    const calls: unknown[] = [];
    const onCall: GrpcServerOptions['onCall'] = (span, call) => {
      calls.push(call);
      span.setAttribute('seen', true);
    };
    const call = incomingCall();
    const { handler, recorder } = setUp({ onCall });
    handler.begin(call)?.finish();
    expect(recorder.takeSpan().attributes.seen).toBe(true);
    setUp({ onCall }, new AlwaysOffSampler()).handler.begin(call)?.finish();
    expect(calls).toEqual([call]);
  });

  it('answers the call though functions of the user throw, and reports them', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const { handler, recorder, warnings } = setUp({ ignore: [fail], onCall: fail });
    handler.begin(incomingCall())?.finish();
    recorder.takeSpan();
    expect(warnings).toEqual([
      'A function of grpc.server.ignore threw; it does not match: Error: broken',
      'grpc.server.onCall threw: Error: broken',
    ]);
  });

  it('reports metadata that cannot be read', () => {
    const { handler, warnings } = setUp({ captureRequestMetadata: ['x'] });
    const metadata = new Metadata();
    metadata.get = (key) => {
      if (key === 'x') throw new TypeError('unreadable');
      return [];
    };
    expect(handler.begin(incomingCall({ metadata }))).toBeUndefined();
    expect(warnings.at(-1)).toMatch(
      /^A gRPC call could not be traced\. It is handled without a span: TypeError/,
    );
  });

  it.each([
    ['ignore', 7],
    ['captureRequestMetadata', 'x'],
    ['captureResponseMetadata', [1]],
    ['incomingContext', 'trust'],
    ['incomingBaggageKeys', 'tenant'],
    ['onCall', 'hook'],
  ])('refuses %s that cannot be used', (option, value) => {
    expect(() => setUp({ [option]: value } as GrpcServerOptions)).toThrow(
      new RegExp(`^grpc\\.server\\.${option}`),
    );
  });
});

describe('grpcServerHandlerOfProcess', () => {
  it('finds none where no tracing is running', () => {
    expect(grpcServerHandlerOfProcess()).toBeUndefined();
  });

  it('makes one for an application that has none, once', () => {
    createTracing();
    const handler = grpcServerHandlerOfProcess();
    expect(handler).toBeInstanceOf(GrpcServerHandler);
    expect(grpcServerHandlerOfProcess()).toBe(handler);
  });

  it('finds the one that was assigned', () => {
    const { tracer } = createTracing();
    const handler = new GrpcServerHandler(tracer);
    assignGrpcServerHandler(tracer, handler);
    expect(grpcServerHandlerOfProcess()).toBe(handler);
  });
});
