import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Get, Inject, Injectable, Module, Param } from '@nestjs/common';
import { decorate } from './decorate.js';

/**
 * The application under load: `GET /orders/:id`, a controller that calls a service whose method is
 * traced and goes once round the event loop, as a query of a database would.
 *
 * @param tracedMethod the decorator for the service's method; undefined where nothing is traced
 * @param imports modules of the tracing
 * @param providers providers of the tracing
 */
export function ordersModule({ tracedMethod, imports, providers = [] }) {
  class OrdersService {
    async find(id) {
      await nextTurn();
      return { id, items: ['A-1', 'B-2'], total: 12.5 };
    }
  }
  if (tracedMethod) decorate(OrdersService, 'find', tracedMethod);
  Injectable()(OrdersService);

  class OrdersController {
    constructor(orders) {
      this.orders = orders;
    }

    find(id) {
      return this.orders.find(id);
    }
  }
  Param('id')(OrdersController.prototype, 'find', 0);
  decorate(OrdersController, 'find', Get(':id'));
  Inject(OrdersService)(OrdersController, undefined, 0);
  Controller('orders')(OrdersController);

  class AppModule {}
  Module({
    imports,
    controllers: [OrdersController],
    providers: [OrdersService, ...providers],
  })(AppModule);
  return AppModule;
}
