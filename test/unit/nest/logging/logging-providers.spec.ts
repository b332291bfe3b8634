import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TracingModule, type TracingOptions } from '../../../../lib/nest/index.js';
import { LOGGING_PROVIDERS, TracedLogger } from '../../../../lib/nest/logging/index.js';
import { testTracingOptions } from '../../../../lib/testing/index.js';
import { silentLogger } from '../../../support/silent-logger.js';

async function loggerOf(logging: TracingOptions['logging']): Promise<TracedLogger> {
  const { options } = testTracingOptions({ logging });
  const module = await Test.createTestingModule({ imports: [TracingModule.forRoot(options)] })
    .setLogger(silentLogger)
    .compile();
  return module.get(TracedLogger);
}

describe('the providers for loggers', () => {
  afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

  it('are one TracedLogger over a ConsoleLogger', async () => {
    expect(LOGGING_PROVIDERS.map(({ provide }) => provide)).toEqual([TracedLogger]);
    expect(await loggerOf(undefined)).toBeInstanceOf(TracedLogger);
  });

  it('write to the logger of the option', async () => {
    const lines: unknown[][] = [];
    const log = (...args: unknown[]): void => void lines.push(args);
    (await loggerOf({ logger: { log, warn: log, error: log } })).warn('low', 'Stock');
    expect(lines).toEqual([['low', 'Stock']]);
  });

  it('refuse an invalid option at the start', async () => {
    await expect(loggerOf({ logger: new Logger() })).rejects.toThrow(
      'TracedLogger.logger must not',
    );
    await expect(loggerOf({ spanEvents: 'yes' as never })).rejects.toThrow(
      'logging.spanEvents must be true or false',
    );
    await expect(loggerOf({ fields: 'gelf' as never })).rejects.toThrow('logging.fields must be');
  });
});
