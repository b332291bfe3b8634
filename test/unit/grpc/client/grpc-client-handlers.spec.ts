import { describe, expect, it } from '@jest/globals';
import { type LocalTracer, TracedApplication } from '../../../../lib/context/index.js';
import { GrpcClientHandler } from '../../../../lib/grpc/client/grpc-client-handler.js';
import {
  assignGrpcClientHandler,
  grpcClientHandlerOf,
  grpcClientHandlerOfProcess,
} from '../../../../lib/grpc/client/grpc-client-handlers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

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
    const tracer = { application: new TracedApplication() } as LocalTracer;
    const handler = grpcClientHandlerOf(tracer);
    expect(handler).toBeInstanceOf(GrpcClientHandler);
    expect(grpcClientHandlerOf(tracer)).toBe(handler);
  });
});
