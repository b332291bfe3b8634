import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SpanKind } from '@opentelemetry/api';
import { Traced, Tracer, Tracing, TracingModule } from 'nestjs-traced';

@Injectable()
class OrdersService {
  @Traced()
  async place(id: string): Promise<string> {
    return `placed ${id}`;
  }
}

@Module({ imports: [TracingModule.forRoot({ serviceName: 'orders' })], providers: [OrdersService] })
class AppModule {}

const starting = NestFactory.createApplicationContext(AppModule);

export async function handler(event: { id: string }): Promise<string> {
  const app = await starting;
  try {
    return await app
      .get(Tracer)
      .trace('handle order', { kind: SpanKind.CONSUMER }, () =>
        app.get(OrdersService).place(event.id),
      );
  } finally {
    // Never rejects. It takes as long as one export; `batch.exportTimeoutMillis` is the limit.
    await app.get(Tracing).forceFlush();
  }
}
