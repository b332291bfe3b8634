import type { AddressInfo } from 'node:net';
import { ApolloDriver } from '@nestjs/apollo';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type GraphqlTracingOptions,
  Tracer,
  TracingModule,
  type TracingOptions,
} from 'nestjs-traced';
import {
  type SpanRecorder,
  type TestTracingSetup,
  testTracingOptions,
} from 'nestjs-traced/testing';
import { OrdersResolver, ScopedResolver } from './orders-resolver.js';

/** A GraphQL server of the tests. */
export interface Server {
  readonly name: string;
  readonly driver: 'apollo' | 'mercurius';
  readonly platform: 'express' | 'fastify';
}

export const SERVERS: readonly Server[] = [
  { name: 'Apollo on Express', driver: 'apollo', platform: 'express' },
  { name: 'Apollo on Fastify', driver: 'apollo', platform: 'fastify' },
  { name: 'Mercurius on Fastify', driver: 'mercurius', platform: 'fastify' },
];

/** A running application. */
export interface Orders {
  readonly application: INestApplication;
  readonly resolver: OrdersResolver;
  readonly tracer: Tracer;
  readonly url: string;
  readonly recorder: SpanRecorder;
  readonly warnings: readonly string[];
  /** Sends an operation and returns the body of the answer. */
  ask(query: string, others?: object): Promise<{ status: number; body: Answer }>;
}

export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

/** Starts an application. */
export async function startOrders(
  server: Server,
  graphql: false | GraphqlTracingOptions = {},
  others: TracingOptions = {},
  driverOptions: object = {},
  createOptions: (
    others: TracingOptions,
  ) => Pick<TestTracingSetup, 'options' | 'recorder' | 'warnings'> = testTracingOptions,
): Promise<Orders> {
  const { options, recorder, warnings } = createOptions({ graphql, ...others });
  const subscriptions =
    server.driver === 'apollo'
      ? { subscriptions: { 'graphql-ws': true }, playground: false, allowBatchedHttpRequests: true }
      : { subscription: true, allowBatchedQueries: true };

  @Module({
    imports: [
      TracingModule.forRoot(options),
      GraphQLModule.forRoot({
        driver: server.driver === 'apollo' ? ApolloDriver : MercuriusDriver,
        autoSchemaFile: true,
        ...subscriptions,
        ...driverOptions,
      }),
    ],
    providers: [OrdersResolver, ScopedResolver],
  })
  class OrdersModule {}

  const application = await NestFactory.create(
    OrdersModule,
    server.platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(),
    { logger: false, forceCloseConnections: true, abortOnError: false },
  );
  await application.listen(0, '127.0.0.1');
  const { port } = application.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    application,
    resolver: application.get(OrdersResolver),
    tracer: application.get(Tracer),
    url,
    recorder,
    warnings,
    async ask(query, rest = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, ...rest }),
      });
      return { status: response.status, body: (await response.json()) as Answer };
    },
  };
}
