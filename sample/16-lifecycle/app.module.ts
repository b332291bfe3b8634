import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TracingModule } from 'nestjs-traced';
import { LoansController } from './loans.controller.js';
import { LoansService } from './loans-service.js';
import { MembersGuard } from './members.guard.js';
import { NoCopyLeftFilter } from './no-copy-left.filter.js';
import { requestId } from './request-id.js';

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'library', lifecycle: 'all' })],
  controllers: [LoansController],
  providers: [
    LoansService,
    { provide: APP_GUARD, useClass: MembersGuard },
    { provide: APP_FILTER, useClass: NoCopyLeftFilter },
  ],
})
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(requestId).forRoutes(LoansController);
  }
}
