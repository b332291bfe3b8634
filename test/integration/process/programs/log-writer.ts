import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OtlpLogExporter, Traced, Tracing, TracingModule, TracingStatistics } from 'nestjs-traced';
import { say, told } from './say.js';

@Injectable()
class Writer {
  #count = 0;

  constructor(private readonly tracing: Tracing) {}

  @Traced()
  write(): void {
    this.tracing.logSink?.emit({ severityNumber: 9, body: `line ${this.#count++}` });
  }
}

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'writer',
      spanProcessors: [],
      shutdownTimeoutMillis: Number(told('SHUTDOWN_TIMEOUT_MILLIS')),
      logExporter: {
        useFactory: () =>
          new OtlpLogExporter({ url: told('COLLECTOR_URL'), timeoutMillis: 600_000 }),
      },
      logBatch: { scheduledDelayMillis: 20, maxExportBatchSize: 50, exportTimeoutMillis: 600_000 },
    }),
  ],
  providers: [Writer],
})
class WriterModule {}

const app = await NestFactory.createApplicationContext(WriterModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks(undefined, { useProcessExit: true });
const writer = app.get(Writer);
const statistics = app.get(TracingStatistics);
const timer = setInterval(() => {
  for (let i = 0; i < 10; i++) writer.write();
}, 1);
process.once('SIGTERM', () => clearInterval(timer));
process.once('exit', () => say({ counts: statistics.counts() }));
say({ started: true });
