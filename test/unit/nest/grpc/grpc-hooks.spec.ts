import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import type { ModulesContainer } from '@nestjs/core';
import { ReplaySubject } from 'rxjs';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { GrpcClientHandler } from '../../../../lib/grpc/client/index.js';
import { GrpcServerHandler } from '../../../../lib/grpc/server/index.js';
import { GrpcHooks } from '../../../../lib/nest/grpc/grpc-hooks.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { incomingCall } from '../../grpc/server/incoming-call.js';

const createTracing = tracingsOfTest();

function setUp(instances: unknown[] = []) {
  const { tracer, recorder } = createTracing();
  const warnings: string[] = [];
  const servers = new ReplaySubject<unknown>();
  const providers = new Map(instances.map((instance, index) => [index, { instance }]));
  const module = { providers, controllers: new Map(), injectables: new Map() };
  const modules = Object.assign(new Map([['a', module]]), {
    getRpcTargetRegistry: () => servers,
  }) as unknown as ModulesContainer;
  const serverHandler = new GrpcServerHandler(tracer);
  const clientHandler = new GrpcClientHandler(tracer);
  const hooks = new GrpcHooks(
    modules,
    new Diagnostics({ warn: (message) => warnings.push(message) }),
    serverHandler,
    clientHandler,
  );
  return { hooks, servers, serverHandler, clientHandler, recorder, warnings };
}

const grpcServer = () => ({ transportId: 4, options: {}, createClient: () => {} });

class GrpcClient {
  readonly clients = new Map();

  createClientByServiceName(): unknown {
    return {};
  }

  getService(): void {}

  get isHooked(): boolean {
    return Object.hasOwn(this, 'createClientByServiceName');
  }
}

describe('GrpcHooks', () => {
  it('hooks servers as they are announced, until shutdown', () => {
    const { hooks, servers } = setUp();
    const server = grpcServer();
    servers.next(server);
    expect(server.options).toHaveProperty('channelOptions');
    hooks.onApplicationShutdown();
    const late = grpcServer();
    servers.next(late);
    expect(late.options).toEqual({});
  });

  it('hooks clients among providers and in their fields, and leaves them at shutdown', () => {
    const [client, inField] = [new GrpcClient(), new GrpcClient()];
    const holder = {
      inField,
      get broken(): never {
        throw new Error('getters are not run');
      },
    };
    const { hooks, warnings } = setUp([client, holder, undefined, 'text']);
    hooks.onModuleInit();
    expect([client.isHooked, inField.isHooked]).toEqual([true, true]);
    hooks.onApplicationShutdown();
    expect([client.isHooked, inField.isHooked]).toEqual([false, false]);
    expect(warnings).toEqual([]);
  });

  it('hooks the other clients where one cannot be hooked', () => {
    const [frozen, client, inField] = [
      Object.freeze(new GrpcClient()),
      new GrpcClient(),
      new GrpcClient(),
    ];
    const { hooks, warnings } = setUp([{ frozen, inField }, client]);
    hooks.onModuleInit();
    expect([client.isHooked, inField.isHooked]).toEqual([true, true]);
    expect(warnings).toEqual([
      expect.stringMatching(/^A gRPC client is not traced: installing the hook failed: /),
    ]);
  });

  it('finishes calls that servers and clients have lost', () => {
    const { hooks, serverHandler, clientHandler, recorder } = setUp();
    serverHandler.begin(incomingCall());
    clientHandler.begin('shop.Orders/Find', new Metadata(), 'dns:orders');
    hooks.onApplicationShutdown();
    const statuses = recorder.takeSpans().map(({ attributes }) => attributes['rpc.status_code']);
    expect(statuses).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('reports what cannot be hooked and lets the application start', () => {
    const { hooks, servers, warnings } = setUp();
    servers.next(Object.freeze(grpcServer()));
    hooks.onModuleInit();
    expect(warnings).toEqual([
      expect.stringMatching(/^A gRPC server is not traced: installing the hook failed: /),
    ]);
  });
});
