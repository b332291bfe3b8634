import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DynamicModule, INestApplication, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Platform, StartedTable } from './table.js';

export interface StartPlan extends ModuleMetadata {
  /** An adapter that differs from that of the platform. */
  readonly adapter?: ExpressAdapter | FastifyAdapter;
  /** Called before the application is initialised. */
  readonly configure?: (application: INestApplication, platform: Platform) => unknown;
  /** Called with the server that listens. */
  readonly listening?: (server: Server) => void;
}

/** The limit of bodies on both platforms. */
export const BODY_LIMIT_BYTES = 100_000;

class TableModule {}

/** Creates an application that is not initialised. */
export async function create(
  platform: Platform,
  tracing: DynamicModule,
  { adapter = adapterOf(platform), configure, listening: _, ...metadata }: StartPlan,
): Promise<INestApplication> {
  const imports = [tracing, ...(metadata.imports ?? [])];
  const application: INestApplication = await NestFactory.create(
    { module: TableModule, ...metadata, imports },
    adapter,
    { logger: false, forceCloseConnections: true, abortOnError: false },
  );
  await configure?.(application, platform);
  return application;
}

export function adapterOf(platform: Platform): ExpressAdapter | FastifyAdapter {
  return platform === 'express'
    ? new ExpressAdapter()
    : new FastifyAdapter({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
}

export function starting(
  plan: StartPlan | ((platform: Platform) => StartPlan),
): (platform: Platform, tracing: DynamicModule) => Promise<StartedTable> {
  return async (platform, tracing) => {
    const chosen = typeof plan === 'function' ? plan(platform) : plan;
    const application = await create(platform, tracing, chosen);
    await application.listen(0, '127.0.0.1');
    const server: Server = application.getHttpServer();
    chosen.listening?.(server);
    return { application, port: portOf(server) };
  };
}

/** Starts an application that does not listen, as bridges to serverless platforms do. */
export function startingWithout(
  plan: StartPlan,
): (platform: Platform, tracing: DynamicModule) => Promise<StartedTable> {
  return async (platform, tracing) => {
    const application = await create(platform, tracing, plan);
    await application.init();
    if (platform === 'fastify') await application.getHttpAdapter().getInstance().ready();
    return { application, port: 0 };
  };
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
