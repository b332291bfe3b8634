import type { SpanContext } from '@opentelemetry/api';
import { NonRecordingSpan } from './non-recording-span.js';

/**
 * The span of a caller in another process, as a propagator of this library has extracted it. Its ids are valid,
 * so that code which reads it need not check them again.
 */
export class RemoteSpan extends NonRecordingSpan {
  // TypeScript's `private`, not `#`: one is made for each request.
  constructor(private readonly context: SpanContext) {
    super();
  }

  spanContext(): SpanContext {
    return this.context;
  }
}
