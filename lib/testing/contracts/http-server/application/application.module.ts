import {
  type DynamicModule,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Tracer } from '../../../../index.js';
import { BaggageController } from './baggage.controller.js';
import { CaughtExceptions, FilteredController, GlobalFilter } from './filtered.controller.js';
import {
  BooksController,
  FilmsController,
  HealthController,
  HostedController,
  RequestScopedController,
  RequestState,
  SeveralPathsController,
  VersionedController,
} from './handler-shapes.js';
import {
  nodeResponseOf,
  OrdersController,
  OrdersService,
  type RawResponse,
  RESPONSE_OF,
  RefusingGuard,
  TracedPipe,
} from './orders.controller.js';

@Injectable()
export class TracedMiddleware implements NestMiddleware {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  use(request: { readonly url: string }, _response: unknown, next: () => void): void {
    if (request.url.includes('fail=middleware')) throw new Error('middleware failed');
    this.tracer.startSpan('middleware').end();
    next();
  }
}

/** An application with all kinds of handlers, without its tracing. */
@Module({
  controllers: [
    OrdersController,
    RequestScopedController,
    BooksController,
    FilmsController,
    SeveralPathsController,
    HostedController,
    FilteredController,
    HealthController,
    BaggageController,
  ],
  providers: [
    OrdersService,
    RefusingGuard,
    TracedPipe,
    RequestState,
    CaughtExceptions,
    TracedMiddleware,
    { provide: APP_FILTER, useClass: GlobalFilter },
  ],
})
export class ApplicationModule implements NestModule {
  /** @param responseOf returns what the handlers write to by hand */
  static with(
    tracing: DynamicModule,
    responseOf: (response: unknown) => RawResponse = nodeResponseOf,
  ): DynamicModule {
    const providers = [{ provide: RESPONSE_OF, useValue: responseOf }];
    return { module: ApplicationModule, imports: [tracing], providers };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TracedMiddleware).forRoutes(BooksController);
  }
}

/** Handlers that differ by version only. */
@Module({ controllers: [VersionedController] })
export class VersionedModule {
  static with(tracing: DynamicModule): DynamicModule {
    return { module: VersionedModule, imports: [tracing] };
  }
}
