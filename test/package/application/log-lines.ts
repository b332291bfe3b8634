import { ConsoleLogger, type INestApplication, type LoggerService } from '@nestjs/common';
import { TracedLogger, Tracer } from 'nestjs-traced';

/** Checks that lines of Nest's loggers have the ids of their span, and that they have none outside. */
export function checkLogLines(app: INestApplication): void {
  const tracer = app.get(Tracer);
  const json = new TracedLogger(new ConsoleLogger({ json: true }));
  for (const logger of [app.get(TracedLogger), json]) {
    const outside = printed(logger);
    if (outside.includes('trace_id')) throw new Error(`Outside a span is an id: ${outside}`);
    const { inside, traceId } = tracer.trace('log', (span) => ({
      inside: printed(logger),
      traceId: span.spanContext().traceId,
    }));
    if (!inside.includes(traceId)) throw new Error(`Inside a span is no id: ${inside}`);
  }
}

function printed(logger: LoggerService): string {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  try {
    logger.log('created', 'Orders');
  } finally {
    process.stdout.write = write;
  }
  return text;
}
