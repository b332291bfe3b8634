import type { FactoryProvider } from '@nestjs/common';
import { Tracing } from '../../assembly/tracing.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { bindBufferedLines } from './buffered-lines.js';
import { TracedLogger } from './traced-logger.js';

/** The logger for `app.useLogger(app.get(TracedLogger))`. */
export const LOGGING_PROVIDERS: FactoryProvider[] = [
  {
    provide: TracedLogger,
    // After `Tracing`, which checks the options.
    inject: [TRACING_OPTIONS, Tracing],
    useFactory: ({ logging }: TracingOptions): TracedLogger => {
      bindBufferedLines();
      return new TracedLogger(logging?.logger);
    },
  },
];
