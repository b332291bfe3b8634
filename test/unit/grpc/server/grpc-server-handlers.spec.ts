import { describe, expect, it } from '@jest/globals';
import { GrpcServerHandler } from '../../../../lib/grpc/server/grpc-server-handler.js';
import {
  assignGrpcServerHandler,
  grpcServerHandlerOfProcess,
} from '../../../../lib/grpc/server/grpc-server-handlers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

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
