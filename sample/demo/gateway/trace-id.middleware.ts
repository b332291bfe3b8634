import type { ServerResponse } from 'node:http';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { Tracer } from 'nestjs-traced';

/** Tells clients the id of their trace, so that a report of a problem can name it. */
@Injectable()
export class TraceIdMiddleware implements NestMiddleware {
  constructor(private readonly tracer: Tracer) {}

  use(_request: unknown, response: ServerResponse, next: () => void): void {
    const traceId = this.tracer.activeSpan?.spanContext().traceId;
    if (traceId !== undefined) response.setHeader('trace-id', traceId);
    next();
  }
}
