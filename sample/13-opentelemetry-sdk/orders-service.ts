import { Injectable } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { SpanAttribute, Traced } from 'nestjs-traced';

// Existing code, and libraries, that use the API of OpenTelemetry stay as they are.
const tracer = trace.getTracer('orders-cache');

@Injectable()
export class OrdersService {
  @Traced()
  async find(@SpanAttribute('order.id') id: string): Promise<string> {
    return tracer.startActiveSpan('look up cache', (span) => {
      span.setAttribute('cache.hit', true);
      span.end();
      return `order ${id}`;
    });
  }
}
