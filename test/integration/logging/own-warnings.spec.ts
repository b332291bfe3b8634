import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { createLogger } from 'winston';
import { LOG_SINK, type LogEntry } from '../../../lib/context/index.js';
import {
  type SpanExporter,
  TracedLogger,
  Tracing,
  TracingModule,
  tracedPinoOptions,
  traceWinston,
} from '../../../lib/index.js';
import { testTracingOptions } from '../../../lib/testing/index.js';
import { captureOutput } from '../../support/captured-output.js';
import { until } from '../../support/until.js';

/** What a logger has written, and the logger. */
interface Written {
  readonly logger: LoggerService;
  text(): string;
}

const loggers: Record<string, (output: ReturnType<typeof captureOutput>) => Written> = {
  "Nest's ConsoleLogger": (output) => ({
    logger: new TracedLogger(new ConsoleLogger({ colors: false })),
    text: () => output.lines().join('\n'),
  }),
  'TracedLogger over pino': () => {
    const lines: string[] = [];
    const logger = pino(tracedPinoOptions({}), { write: (line) => void lines.push(line) });
    const log = (message: string): void => logger.info(message);
    return {
      logger: new TracedLogger({ log, warn: (message) => logger.warn(message), error: log }),
      text: () => lines.join(''),
    };
  },
  'a busy logger of winston': () => {
    const lines: string[] = [];
    const slow = new Writable({
      objectMode: true,
      write(info, _, done) {
        lines.push(info.message);
        void setImmediate().then(() => done());
      },
    });
    const transport = Object.assign(slow, { log() {} }) as never;
    const logger = traceWinston(createLogger({ transports: [transport] }));
    for (let index = 0; index < 50; index++) logger.info('busy');
    const log = (message: string): void => void logger.info(message);
    return { logger: { log, warn: log, error: log }, text: () => lines.join('\n') };
  },
};

describe.each(Object.keys(loggers))('the warnings of the library through %s', (name) => {
  let output: ReturnType<typeof captureOutput>;

  afterEach(() => {
    Logger.overrideLogger(new ConsoleLogger());
    output.restore();
  });

  it('are written, and not exported: an exporter that fails would export its own failures', async () => {
    output = captureOutput();
    const { logger: _, ...options } = testTracingOptions().options;
    const failing: SpanExporter = {
      export: () => {
        throw new Error('no route to the collector');
      },
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    };
    const app = await NestFactory.createApplicationContext(
      TracingModule.forRoot({ ...options, spanProcessors: undefined, exporter: failing }),
      { logger: false },
    );
    const tracing = app.get(Tracing);
    const entries: LogEntry[] = [];
    tracing.tracer.application.set(LOG_SINK, {
      emit(entry) {
        entries.push(entry);
        // As an exporter whose server does not answer.
        tracing.diagnostics.say(`The log exporter lost ${String(entry.body)}`);
      },
    });
    const written = loggers[name]?.(output) as Written;
    app.useLogger(written.logger);
    tracing.tracer.trace('work', () => new Logger('Shop').log('created'));
    await tracing.forceFlush();
    await until(
      () => written.text().includes('lost created') && written.text().includes('no route'),
      () => written.text(),
    );
    await app.close();
    await setImmediate();
    expect(entries.map(({ body }) => body).filter((body) => body !== 'busy')).toEqual(['created']);
  });
});
