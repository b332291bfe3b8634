import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { TracingModule, tracedPinoOptions } from 'nestjs-traced';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders-service.js';

@Module({
  imports: [
    // Each line also becomes an event of its span.
    TracingModule.forRoot({ serviceName: 'orders', logging: { spanEvents: true } }),
    LoggerModule.forRoot({ pinoHttp: tracedPinoOptions({ level: 'info' }) }),
  ],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class AppModule {}
