import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { callSync, Orders, sampledCalls, unsampledCalls } from './decorator-cases.js';

/**
 * The cases about a method of a provider, which a module traces without a decorator. The calls are those of the
 * cases about decorated methods.
 *
 * @param startSampled returns `{ module, tracerToken, exporter, flush }` of an application that traces its providers
 * @param startUnsampled the same with nothing sampled
 */
export function providerCases(startSampled, startUnsampled) {
  return {
    providerSync: () => callsOf(startSampled(), sampledCalls),
    providerSyncUnsampled: () => callsOf(startUnsampled(), unsampledCalls),
  };
}

async function callsOf({ module, tracerToken, exporter, flush }, callsInside) {
  class OrdersService extends Orders {
    total(price, count) {
      return price * count;
    }
  }
  Injectable()(OrdersService);
  class BenchModule {}
  Module({ imports: [module], providers: [OrdersService] })(BenchModule);
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: false });
  const orders = app.get(OrdersService);
  const started = { tracer: app.get(tracerToken), exporter, flush };
  return callsInside(started, (count) => callSync(orders, count));
}
