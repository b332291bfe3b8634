import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger, type LoggerService } from '@nestjs/common';
import { TracedLogger } from '../../../../lib/nest/logging/index.js';
import { createTestTracing, type TestTracing } from '../../../../lib/testing/index.js';
import { captureOutput } from '../../../support/captured-output.js';
import { idsOf } from '../../../support/log-entries.js';

describe('TracedLogger', () => {
  let tracing: TestTracing;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(() => {
    tracing = createTestTracing();
    output = captureOutput();
  });

  afterEach(() => {
    Logger.overrideLogger(new ConsoleLogger());
    output.restore();
    tracing.close();
    tracing.recorder.reset();
  });

  const json = () => new ConsoleLogger({ json: true });
  const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;

  it('writes each level through the given logger, with the ids', () => {
    const logger = new TracedLogger(json());
    tracing.tracer.trace('work', {}, (span) => {
      for (const level of LEVELS) logger[level]('created', 'Orders');
      expect(output.records()).toEqual(
        LEVELS.map((level) =>
          expect.objectContaining({ level, message: 'created', context: 'Orders', ...idsOf(span) }),
        ),
      );
    });
  });

  it('is the logger of Nest: instances have their context, and the static methods work', () => {
    Logger.overrideLogger(new TracedLogger(json()));
    tracing.tracer.trace('work', {}, (span) => {
      new Logger('Orders').error('failed', new Error('out').stack);
      Logger.warn('low', 'Stock');
      expect(output.records()).toEqual([
        expect.objectContaining({
          message: 'failed',
          context: 'Orders',
          stack: expect.stringContaining('Error: out'),
          ...idsOf(span),
        }),
        expect.objectContaining({ message: 'low', context: 'Stock', ...idsOf(span) }),
      ]);
    });
  });

  it("answers for the given logger when Nest's Logger is asked for its levels", () => {
    Logger.overrideLogger(new TracedLogger(new ConsoleLogger({ logLevels: ['warn'] })));
    expect(Logger.isLevelEnabled('error')).toBe(true);
    expect(Logger.isLevelEnabled('log')).toBe(false);
    Logger.overrideLogger(['log']);
    expect(Logger.isLevelEnabled('log')).toBe(true);
    expect(new TracedLogger({ log() {}, warn() {}, error() {} }).isLevelEnabled('debug')).toBe(
      true,
    );
  });

  it('sets and resets the context of the given logger', () => {
    const logger = new TracedLogger(new ConsoleLogger('First', { json: true }));
    logger.setContext('Second');
    logger.log('created');
    logger.resetContext();
    logger.log('created');
    expect(output.records().map(({ context }) => context)).toEqual(['Second', 'First']);
    const without = new TracedLogger({ log() {}, warn() {}, error() {} });
    without.setContext('Second');
    without.resetContext();
    without.setLogLevels(['log']);
  });

  it('writes text to a ConsoleLogger of its own by default', () => {
    const logger = new TracedLogger();
    tracing.tracer.trace('work', {}, (span) => {
      logger.log('created');
      expect(output.lines().join()).toContain(`trace_id=${idsOf(span).trace_id}`);
    });
  });

  it('writes the ids once if it is wrapped again', () => {
    const logger = new TracedLogger(new TracedLogger(new ConsoleLogger()));
    tracing.tracer.trace('work', {}, () => logger.log('created'));
    expect(
      output
        .lines()
        .join()
        .match(/trace_id/g),
    ).toHaveLength(1);
  });

  describe('over a logger that is not a ConsoleLogger', () => {
    const calls: unknown[][] = [];
    const plain: LoggerService = {
      log: (...args) => void calls.push(['log', ...args]),
      warn: (...args) => void calls.push(['warn', ...args]),
      error: (...args) => void calls.push(['error', ...args]),
    };

    beforeEach(() => void calls.splice(0));

    it('passes the arguments on, and ignores levels that it does not have, as Nest does', () => {
      const logger = new TracedLogger(plain);
      const message = { order: 7 };
      tracing.tracer.trace('work', {}, () => {
        logger.log(message, undefined, 'Orders');
        logger.debug('hidden');
        logger.fatal('hidden');
      });
      expect(calls).toEqual([['log', message, undefined, 'Orders']]);
      expect(calls[0]?.[1]).toBe(message);
    });

    it('adds the ids with the function of the option, inside a span', () => {
      const logger = new TracedLogger(plain, {
        addFields: ([message, ...others], fields) => [{ message, ...fields }, ...others],
      });
      const ids = tracing.tracer.trace('work', {}, (span) => {
        logger.warn('low', 'Stock');
        return idsOf(span);
      });
      logger.warn('low', 'Stock');
      expect(calls).toEqual([
        ['warn', { message: 'low', ...ids }, 'Stock'],
        ['warn', 'low', 'Stock'],
      ]);
    });

    it('lets pass what the logger throws', () => {
      const logger = new TracedLogger({
        ...plain,
        log() {
          throw new Error('disk full');
        },
      });
      expect(() => logger.log('created')).toThrow('disk full');
    });
  });

  it.each<[unknown, object, string]>([
    [new Logger(), {}, "TracedLogger.logger must not be Nest's Logger"],
    [{ log() {} }, {}, 'TracedLogger.logger must have the methods log, error, warn'],
    [null, {}, 'TracedLogger.logger must have the methods'],
    [json(), { addFields: true }, 'TracedLogger.addFields must be a function'],
    [json(), { fields: 'gelf' }, 'TracedLogger.fields must be'],
  ])('refuses %p with %p', (logger, options, message) => {
    expect(() => new TracedLogger(logger as LoggerService, options)).toThrow(message);
  });
});
