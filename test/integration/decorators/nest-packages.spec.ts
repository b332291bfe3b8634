import 'reflect-metadata';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import { type INestApplication } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { CqrsModule, EventBus, QueryBus } from '@nestjs/cqrs';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { Tracer, TracingModule } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { silentLogger } from '../../support/silent-logger.js';
import {
  type DecoratedShop,
  FindOrder,
  OrderPlaced,
  type Placement,
  shop,
  throttler,
} from './decorated-shop.js';

const PLACEMENTS: readonly Placement[] = [
  'class above',
  'class below',
  'method above',
  'method below',
];

async function start(classes: DecoratedShop) {
  const setup = testTracingOptions({ lifecycle: false });
  const module = await Test.createTestingModule({
    imports: [
      TracingModule.forRoot(setup.options),
      CacheModule.register(),
      CqrsModule.forRoot(),
      throttler.ThrottlerModule.forRoot([{ ttl: 60_000, limit: 100 }]),
    ],
    controllers: [classes.OrdersController],
    providers: [
      CacheInterceptor,
      throttler.ThrottlerGuard,
      classes.Basket,
      classes.FindOrderHandler,
      classes.OrderPlacedHandler,
      classes.PackOrderHandler,
      classes.OrderSagas,
    ],
  }).compile();
  const app = module.createNestApplication({ logger: false });
  app.useLogger(silentLogger);
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return { app, url, recorder: setup.recorder };
}

/** The OpenAPI document of the application, as text. */
function documentOf(app: INestApplication): string {
  return JSON.stringify(SwaggerModule.createDocument(app, new DocumentBuilder().build()), null, 1);
}

/** What other packages read of a class and its methods, as text: functions as their names. */
function identityOf(target: { readonly prototype: object; readonly name: string; length: number }) {
  const { prototype } = target;
  const metadataOf = (owner: object, key?: string) =>
    Reflect.getMetadataKeys(owner, key as string).map((entry) => [
      String(entry),
      Reflect.getMetadata(entry, owner, key as string),
    ]);
  const methods = new MetadataScanner().getAllMethodNames(prototype).map((key) => {
    const method = (prototype as Record<string, { name: string; length: number }>)[key];
    const { name, length } = method as { name: string; length: number };
    const isOwn = Object.hasOwn(prototype, key);
    return [key, { name, length, isOwn }, metadataOf(method as object), metadataOf(prototype, key)];
  });
  return JSON.stringify(
    { name: target.name, length: target.length, metadata: metadataOf(target), methods },
    (_, value) => (typeof value === 'function' ? `the function ${value.name}` : value),
    1,
  );
}

/** The classes of an application, without `BaseController`, whose method is decorated in each case. */
function identitiesOf(classes: DecoratedShop): Record<string, string> {
  const { BaseController: _, ...others } = classes;
  return Object.fromEntries(
    Object.entries(others).flatMap(([name, value]) =>
      typeof value === 'function' && 'prototype' in value ? [[name, identityOf(value)]] : [],
    ),
  );
}

describe.each(['singleton', 'request'] as const)('classes of the scope %s', (scope) => {
  let plain: string;

  beforeAll(async () => {
    const { app } = await start(shop('nowhere', scope));
    plain = documentOf(app);
    await app.close();
  });

  describe.each(PLACEMENTS)('with @Traced on a %s the others', (placement) => {
    let classes: DecoratedShop;
    let started: Awaited<ReturnType<typeof start>>;

    beforeAll(async () => {
      classes = shop(placement, scope);
      started = await start(classes);
    });

    afterAll(async () => {
      await started.app.close();
      started.recorder.verify();
    });

    const text = () => traceAsText(started.recorder.takeSpans(), { attributes: false });
    const get = async (path: string) => {
      const response = await fetch(`${started.url}${path}`);
      return [response.status, await response.text()];
    };
    /** The class after which the spans of inherited methods are named. */
    const inheriting = placement.startsWith('class') ? 'OrdersController' : 'BaseController';

    it('have the same identity', () => {
      const fresh = shop(placement, scope);
      const identities = identitiesOf(fresh);
      expect(Object.keys(identities)).toHaveLength(6);
      expect(identities).toEqual(identitiesOf(shop('nowhere', scope)));
      const { OrdersController, BaseController, Basket } = fresh;
      const controller = new OrdersController(new Basket());
      expect(controller).toBeInstanceOf(OrdersController);
      expect(controller).toBeInstanceOf(BaseController);
    });

    it('have the same OpenAPI document', () => {
      expect(plain).toContain('x-shop');
      expect(documentOf(started.app)).toBe(plain);
    });

    it('serve routes with what they inject, in the order of their declaration', async () => {
      expect(await get('/orders/7?amount=3')).toEqual([200, '7 3 2']);
      expect(text()).toBe('GET /orders/:id [server]\n  OrdersController.find\n    Basket.size');
      expect(await get('/orders/base/special')).toEqual([200, 'special']);
      expect(text()).toBe('GET /orders/base/special [server]\n  special');
      expect(await get('/orders/base/8')).toEqual([200, 'base 8']);
      expect(text()).toBe(`GET /orders/base/:id [server]\n  ${inheriting}.inherited`);
    });

    it('keep responses in the cache', async () => {
      expect(await get('/orders/cached/all')).toEqual([200, 'all 1']);
      expect(text()).toBe('GET /orders/cached/all [server]\n  OrdersController.all');
      expect(await get('/orders/cached/all')).toEqual([200, 'all 1']);
      expect(text()).toBe('GET /orders/cached/all [server]');
      expect(await classes.cacheOf(started.app).get('all-orders')).toBe('all 1');
    });

    it('limit requests', async () => {
      expect(await get('/orders/limited/few')).toEqual([200, 'few']);
      expect((await get('/orders/limited/few'))[0]).toBe(429);
      for (let count = 0; count < 3; count++) {
        expect(await get('/orders/limited/many')).toEqual([200, 'many']);
      }
      expect(
        text()
          .split('\n')
          .filter((line) => line.startsWith(' ')),
      ).toEqual([
        '  OrdersController.few',
        '  OrdersController.many',
        '  OrdersController.many',
        '  OrdersController.many',
      ]);
    });

    it('answer queries', async () => {
      expect(await started.app.get(QueryBus).execute(new FindOrder())).toBe('found 2');
      expect(text()).toBe('FindOrderHandler.execute\n  Basket.size');
    });

    it('handle events, and run sagas in the trace of their event', async () => {
      const { app, recorder } = started;
      app.get(Tracer).trace('publish', () => app.get(EventBus).publish(new OrderPlaced()));
      const spans = await recorder.takeNextSpans(4);
      expect(traceAsText(spans, { attributes: false })).toBe(
        [
          'publish',
          '  OrderPlacedHandler.handle',
          '  OrderSagas.placed',
          '    PackOrderHandler.execute',
        ].join('\n'),
      );
    });
  });
});
