import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { withBaggage } from '../../../../lib/baggage/index.js';
import {
  contextStorage,
  type LocalTracer,
  TracedApplication,
  TracingContext,
} from '../../../../lib/context/index.js';
import {
  assignGrpcClientHandler,
  GrpcClientHandler,
  grpcClientHandlerOf,
  grpcClientHandlerOfProcess,
} from '../../../../lib/grpc/client/grpc-client-handler.js';
import type { GrpcClientOptions } from '../../../../lib/grpc/client/grpc-client-options.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const METHOD = 'shop.Orders/Find';
const TARGET = 'dns:orders:50051';

function setUp(options: GrpcClientOptions = {}, sampler?: AlwaysOffSampler) {
  const tracing = createTracing({ sampler });
  return { ...tracing, handler: new GrpcClientHandler(tracing.tracer, options) };
}

describe('GrpcClientHandler', () => {
  it('begins a child of what is active, with the server as the target says', () => {
    const { handler, tracer, recorder } = setUp({ captureRequestMetadata: ['x-tenant'] });
    const metadata = new Metadata();
    metadata.set('x-tenant', 'blue');
    tracer.trace('work', () => handler.begin(METHOD, metadata, TARGET)?.finish({ code: 0 }, ''));
    expect(traceAsText(recorder.takeSpans())).toBe(
      'work\n' +
        '  shop.Orders/Find [client] rpc.method=shop.Orders/Find rpc.request.metadata.x-tenant=["blue"]' +
        ' rpc.status_code=OK rpc.system.name=grpc server.address=orders server.port=50051',
    );
  });

  it('puts the context into a copy of the metadata, and leaves the rest as it is', () => {
    const { handler } = setUp();
    const metadata = new Metadata({ waitForReady: true });
    metadata.add('x-tenant', 'a');
    metadata.add('x-tenant', 'b');
    metadata.set('traceparent', 'of the user');
    metadata.set('key-bin', Buffer.from([255]));
    const operation = handler.begin(METHOD, metadata, TARGET);
    const sent = operation?.takeMetadata() as Metadata;
    const { traceId, spanId } = operation?.span.spanContext() ?? {};
    expect(sent.toJSON()).toEqual({
      'x-tenant': ['a', 'b'],
      traceparent: [`00-${traceId}-${spanId}-01`],
      'key-bin': [Buffer.from([255])],
    });
    expect(sent.getOptions()).toEqual({ waitForReady: true });
    expect(metadata.get('traceparent')).toEqual(['of the user']);
    operation?.finish({ code: 0 }, '');
  });

  it.each<[string, GrpcClientOptions, string[]]>([
    ['a receiver', {}, ['traceparent']],
    ['a receiver off the list', { propagateTo: ['stock.example'] }, []],
  ])('removes the copied context of a stranger, for %s', (_, options, keys) => {
    const { handler } = setUp(options);
    const metadata = new Metadata();
    metadata.set('traceparent', '00-11111111111111111111111111111111-2222222222222222-01');
    metadata.set('tracestate', 'stranger=1');
    metadata.set('baggage', 'stranger=1');
    const operation = handler.begin(METHOD, metadata, TARGET);
    expect(Object.keys(operation?.takeMetadata()?.getMap() ?? {})).toEqual(keys);
    operation?.finish({ code: 0 }, '');
  });

  it('carries on that a trace is not sampled', () => {
    const { handler, tracer, recorder } = setUp({}, new AlwaysOffSampler());
    tracer.trace('work', () => {
      const operation = handler.begin(METHOD, new Metadata(), TARGET);
      expect(operation?.takeMetadata()?.get('traceparent')).toEqual([
        expect.stringMatching(/-00$/),
      ]);
    });
    expect(recorder.spans).toEqual([]);
  });

  it('traces no call that is ignored or suppressed', () => {
    const { handler, recorder } = setUp({ ignore: ['shop.Orders/Find'] });
    expect(handler.begin(METHOD, new Metadata(), TARGET)).toBeUndefined();
    contextStorage.run(TracingContext.ROOT.withSuppressed(true), () => {
      expect(handler.begin('a.B/C', new Metadata(), TARGET)).toBeUndefined();
    });
    expect(recorder.spans).toEqual([]);
  });

  it('traces a call once that is seen at two layers, and others below it', () => {
    const { handler, recorder } = setUp();
    const operation = handler.begin(METHOD, new Metadata(), TARGET);
    contextStorage.run(operation?.context ?? TracingContext.ROOT, () => {
      expect(handler.begin(METHOD, new Metadata(), TARGET)).toBeUndefined();
      handler.begin('auth.Tokens/Get', new Metadata(), TARGET)?.finish({ code: 0 }, '');
    });
    operation?.finish({ code: 0 }, '');
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'shop.Orders/Find [client]\n  auth.Tokens/Get [client]',
    );
  });

  it('finishes what is open when the application has shut down', () => {
    const { handler, recorder } = setUp();
    const operation = handler.begin(METHOD, new Metadata(), TARGET);
    handler.finishAll();
    operation?.finish({ code: 0 }, '');
    expect(traceAsText(recorder.takeSpans(), { attributes: ['rpc.status_code'] })).toBe(
      'shop.Orders/Find [client] rpc.status_code=CANCELLED ERROR "The application shut down"',
    );
  });

  it.each<[string, GrpcClientOptions, string[]]>([
    ['all', {}, ['baggage', 'traceparent']],
    ['all to a receiver that may have it', { propagateTo: ['orders'] }, ['baggage', 'traceparent']],
    ['nothing to another receiver', { propagateTo: ['stock.example'] }, []],
    ['nothing to any', { propagateTo: [] }, []],
    ['no baggage to another receiver', { propagateBaggageTo: ['stock.example'] }, ['traceparent']],
    [
      'no baggage where no context is sent',
      { propagateTo: ['stock.example'], propagateBaggageTo: ['orders'] },
      [],
    ],
  ])('sends %s', (_, options, keys) => {
    const { handler, recorder } = setUp(options);
    const operation = withBaggage({ tenant: 'blue' }, () =>
      handler.begin(METHOD, new Metadata(), TARGET),
    );
    expect(Object.keys(operation?.takeMetadata()?.getMap() ?? {}).sort()).toEqual(keys);
    operation?.finish({ code: 0 }, '');
    // Whatever is sent: the call is traced.
    recorder.takeSpan();
  });

  it('sends nothing where a function of the user throws, and reports it', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const { handler, warnings } = setUp({ propagateTo: [fail] });
    const operation = handler.begin(METHOD, new Metadata(), TARGET);
    expect(operation?.takeMetadata()?.getMap()).toEqual({});
    operation?.finish({ code: 0 }, '');
    expect(warnings).toEqual([
      'A function of grpc.client.propagateTo threw; it does not match: Error: broken',
    ]);
  });

  it('shows a recorded call to the function of the user, which can change nothing of it', () => {
    const calls: unknown[] = [];
    const onCall: GrpcClientOptions['onCall'] = (span, { method, metadata, target }) => {
      calls.push([method, metadata.get('x-tenant'), metadata.get('traceparent'), target]);
      metadata.set('x-tenant', 'changed');
      span.setAttribute('seen', true);
    };
    const metadata = new Metadata();
    metadata.set('x-tenant', 'blue');
    const { handler, recorder } = setUp({ onCall });
    const operation = handler.begin(METHOD, metadata, TARGET);
    operation?.finish({ code: 0 }, '');
    expect(calls).toEqual([[METHOD, ['blue'], [], TARGET]]);
    expect(recorder.takeSpan().attributes.seen).toBe(true);
    expect([metadata, operation?.takeMetadata()].map((one) => one?.get('x-tenant'))).toEqual([
      ['blue'],
      ['blue'],
    ]);

    setUp({ onCall }, new AlwaysOffSampler()).handler.begin(METHOD, metadata, TARGET);
    expect(calls).toHaveLength(1);
  });

  it('makes the call though the function of the user throws, and reports it', () => {
    const onCall = (): never => {
      throw new Error('broken');
    };
    const { handler, recorder, warnings } = setUp({ onCall });
    handler.begin(METHOD, new Metadata(), TARGET)?.finish({ code: 0 }, '');
    recorder.takeSpan();
    expect(warnings).toEqual(['grpc.client.onCall threw: Error: broken']);
  });

  it('reports metadata that cannot be read and leaves no span open', () => {
    const { handler, recorder, warnings } = setUp();
    expect(handler.begin(METHOD, {} as Metadata, TARGET)).toBeUndefined();
    expect(recorder.openSpans).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^A gRPC call could not be traced\. It is sent without a span: TypeError/,
      ),
    ]);
  });

  it.each([
    ['ignore', 7],
    ['captureRequestMetadata', 'x'],
    ['captureResponseMetadata', [1]],
    ['propagateTo', 7],
    ['propagateBaggageTo', [7]],
    ['onCall', 'hook'],
  ])('refuses %s that cannot be used', (option, value) => {
    expect(() => setUp({ [option]: value } as GrpcClientOptions)).toThrow(
      new RegExp(`^grpc\\.client\\.${option}`),
    );
  });
});

describe('grpcClientHandlerOfProcess', () => {
  it('finds none where no tracing is running', () => {
    expect(grpcClientHandlerOfProcess()).toBeUndefined();
  });

  it('finds the one of the running application', () => {
    const { tracer } = createTracing();
    const handler = grpcClientHandlerOfProcess();
    expect(handler).toBeInstanceOf(GrpcClientHandler);
    expect(grpcClientHandlerOf(tracer)).toBe(handler);
  });

  it('finds the one of the running operation’s application', () => {
    const { tracer } = createTracing();
    createTracing();
    const handler = new GrpcClientHandler(tracer);
    assignGrpcClientHandler(tracer, handler);
    expect(grpcClientHandlerOfProcess()).not.toBe(handler);
    tracer.trace('work', () => expect(grpcClientHandlerOfProcess()).toBe(handler));
  });
});

describe('grpcClientHandlerOf', () => {
  it('makes one for a tracer whose application has none, once', () => {
    const tracer = {} as { application: TracedApplication } & LocalTracer;
    tracer.application = new TracedApplication(tracer);
    const handler = grpcClientHandlerOf(tracer);
    expect(handler).toBeInstanceOf(GrpcClientHandler);
    expect(grpcClientHandlerOf(tracer)).toBe(handler);
  });
});
