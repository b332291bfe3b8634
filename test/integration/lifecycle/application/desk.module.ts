import { type DynamicModule, type MiddlewareConsumer, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { DeskController, ErrorsController, ScopedController } from './desk.controller.js';
import {
  ApplicationGuard,
  ClassMiddleware,
  failing,
  functionalMiddleware,
  HttpFilter,
  RequestMiddleware,
  refuse,
  Work,
} from './enhancers.js';

/** An application with enhancers at all levels. */
@Module({})
export class DeskModule {
  static with(tracing: DynamicModule): DynamicModule {
    return {
      module: DeskModule,
      imports: [tracing],
      controllers: [DeskController, ErrorsController, ScopedController],
      providers: [
        Work,
        { provide: APP_GUARD, useClass: ApplicationGuard },
        { provide: APP_FILTER, useClass: HttpFilter },
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(ClassMiddleware, functionalMiddleware)
      .exclude('desk/observable/of')
      .forRoutes(DeskController)
      .apply(RequestMiddleware)
      .forRoutes(ScopedController)
      .apply(refuse)
      .forRoutes('refused')
      .apply(failing)
      .forRoutes('failing');
  }
}
