import { setTimeout as wait } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { RegionProcessor } from './region-processor.js';
import { RequestReportExporter } from './request-report-exporter.js';
import { SettingsModule } from './settings.js';

@Controller('orders')
class OrdersController {
  @Get()
  list(): string[] {
    return ['chair'];
  }

  @Get('report')
  async report(): Promise<string> {
    await wait(100);
    return '1 order';
  }
}

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'orders',
      // The parts inject what these modules export.
      imports: [SettingsModule],
      // Nest constructs both classes.
      exporter: RequestReportExporter,
      spanProcessors: [RegionProcessor],
      batch: { scheduledDelayMillis: 500 },
    }),
  ],
  controllers: [OrdersController],
})
export class AppModule {}
