import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { map } from 'rxjs';
import { decorate } from './decorate.js';

/**
 * The application under load: `GET /orders/:id`, a controller that calls a service whose method is
 * traced and goes once round the event loop, as a query of a database would.
 *
 * @param tracedMethod the decorator for the service's method; undefined where nothing is traced
 * @param imports modules of the tracing
 * @param providers providers of the tracing
 * @param tracedHandler the decorator for the controller's method
 * @param hasEnhancers true for a handler with a guard, an interceptor and a pipe
 * @param tracedEnhancer makes the decorators for the methods of these
 */
export function ordersModule({
  tracedMethod,
  imports,
  providers = [],
  tracedHandler,
  hasEnhancers = false,
  tracedEnhancer,
}) {
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
  const { guard, interceptor, pipe } = enhancers(tracedEnhancer);
  Param('id', ...(hasEnhancers ? [pipe] : []))(OrdersController.prototype, 'find', 0);
  if (tracedHandler) decorate(OrdersController, 'find', tracedHandler);
  if (hasEnhancers) {
    UseGuards(guard)(OrdersController);
    UseInterceptors(interceptor)(OrdersController);
  }
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

/** Enhancers that do what most do: the guard is asynchronous, the interceptor maps the result. */
function enhancers(tracedEnhancer) {
  class TokenGuard {
    async canActivate() {
      return true;
    }
  }
  class EnvelopeInterceptor {
    intercept(_context, next) {
      return next.handle().pipe(map((data) => ({ data })));
    }
  }
  class TextPipe {
    transform(value) {
      return String(value);
    }
  }
  if (tracedEnhancer) {
    decorate(TokenGuard, 'canActivate', tracedEnhancer());
    decorate(EnvelopeInterceptor, 'intercept', tracedEnhancer());
    decorate(TextPipe, 'transform', tracedEnhancer());
  }
  return { guard: TokenGuard, interceptor: EnvelopeInterceptor, pipe: TextPipe };
}
