import { describe, expect, it } from '@jest/globals';
import { GrpcClientHandler } from '../../../../lib/grpc/client/grpc-client-handler.js';
import {
  assignGrpcClientHandler,
  grpcClientHandlerOfProcess,
} from '../../../../lib/grpc/client/grpc-client-handlers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('grpcClientHandlerOfProcess', () => {
  it('finds none where no tracing is running', () => {
    expect(grpcClientHandlerOfProcess()).toBeUndefined();
  });

  it('makes one for an application that has none, once', () => {
    createTracing();
    const handler = grpcClientHandlerOfProcess();
    expect(handler).toBeInstanceOf(GrpcClientHandler);
    expect(grpcClientHandlerOfProcess()).toBe(handler);
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
