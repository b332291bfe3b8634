import type { IncomingMessage } from 'node:http';
import { Metadata } from '@grpc/grpc-js';
import { describe, it } from '@jest/globals';
import { Controller, UseInterceptors } from '@nestjs/common';
import { GrpcMethod, type GrpcOptions as NestGrpcOptions } from '@nestjs/microservices';
import { getAllBaggage, HttpTracingInterceptor } from 'nestjs-traced';
import {
  GrpcTracingInterceptor,
  type IncomingGrpcCall,
  tracedGrpcOptions,
} from 'nestjs-traced/grpc';
import { HttpServerHandler } from '../../../lib/http/index.js';
import {
  type Platform,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import {
  describeContract,
  type IncomingContextSubject,
  incomingContextContract,
} from '../../../lib/testing/contracts/index.js';
import { type Order, OrdersController } from '../grpc/application/orders.controller.js';
import { plainClient, sharedTracing, startShop } from '../grpc/application/start-shop.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { BaggageModule } from './baggage-application.js';

/** A server whose interceptor is bound by hand. With hooks, the contract of HTTP servers has these cases. */
function httpServer(platform: Platform): IncomingContextSubject<IncomingMessage> {
  return {
    name: `${platform.name} with HttpTracingInterceptor`,
    options: 'http.server',
    fieldOf: ({ headers }, name) => headers[name],
    async start(options, sampler) {
      const { application, url, recorder, warnings } = await startApplication(platform, {
        tracing: { http: { server: { hooks: false, ...options } }, sampler },
        module: BaggageModule.with,
        configure: (app) => {
          const handler = app.get(HttpServerHandler, { strict: false });
          app.useGlobalInterceptors(new HttpTracingInterceptor(handler));
        },
      });
      return {
        recorder,
        warnings,
        async ask(fields) {
          const response = await fetch(`${url}/baggage/all`, { headers: fields });
          return (await response.json()) as Record<string, string>;
        },
        close: () => application.close(),
      };
    },
  };
}

@Controller()
class BaggageController extends OrdersController {
  @GrpcMethod('Orders', 'Find')
  override async find(): Promise<Order> {
    return { id: JSON.stringify(getAllBaggage()) };
  }
}

@UseInterceptors(GrpcTracingInterceptor)
@Controller()
class InterceptedController extends BaggageController {}

function grpcServer(
  name: string,
  hooks: boolean,
  controller: typeof OrdersController,
  convert?: (transport: NestGrpcOptions) => NestGrpcOptions,
): IncomingContextSubject<IncomingGrpcCall> {
  return {
    name: `gRPC with ${name}`,
    options: 'grpc.server',
    fieldOf: ({ metadata }, key) => metadata.get(key)[0],
    async start(options, sampler) {
      const grpc = { server: { hooks, ...options } };
      const { options: tracing, recorder, warnings } = sharedTracing({ grpc, sampler });
      const { address, server } = await startShop(tracing, {}, convert, [controller]);
      const client = plainClient(address);
      return {
        recorder,
        warnings,
        async ask(fields) {
          const metadata = new Metadata();
          for (const [key, value] of Object.entries(fields)) metadata.set(key, value);
          const { id } = await new Promise<Order>((resolve, reject) => {
            client.find?.({ id: '7' }, metadata, (error: unknown, order: Order) =>
              error ? reject(error) : resolve(order),
            );
          });
          return JSON.parse(id) as Record<string, string>;
        },
        async close() {
          client.close();
          await server.close();
        },
      };
    },
  };
}

function describeIncomingContext<R>(subject: IncomingContextSubject<R>): void {
  const cases = incomingContextContract(subject);
  describeContract(`callers of ${subject.name}`, cases, { describe, it });
}

for (const platform of PLATFORMS) describeIncomingContext(httpServer(platform));
describeIncomingContext(grpcServer('hooks', true, BaggageController));
describeIncomingContext(
  grpcServer('tracedGrpcOptions', false, BaggageController, tracedGrpcOptions),
);
describeIncomingContext(grpcServer('GrpcTracingInterceptor', false, InterceptedController));
