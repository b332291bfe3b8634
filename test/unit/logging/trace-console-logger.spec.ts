import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger as ConsoleLogger12, type ConsoleLoggerOptions } from '@nestjs/common';
import * as nest11 from 'nest-common-11';
import { createLogFields, type LogFieldsOption } from '../../../lib/logging/log-fields.js';
import { traceConsoleLogger } from '../../../lib/logging/trace-console-logger.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import { captureOutput } from '../../support/captured-output.js';
import { idsOf } from '../../support/log-entries.js';

const ConsoleLogger11 = nest11.ConsoleLogger as unknown as typeof ConsoleLogger12;

describe.each([
  ['Nest 12', ConsoleLogger12],
  ['Nest 11.1.4', ConsoleLogger11],
])('traceConsoleLogger with the ConsoleLogger of %s', (version, ConsoleLogger) => {
  let tracing: TestTracing;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(() => {
    tracing = createTestTracing();
    output = captureOutput();
  });

  afterEach(() => {
    output.restore();
    tracing.close();
    tracing.recorder.reset();
  });

  const createLogger = (
    options: ConsoleLoggerOptions,
    fields?: LogFieldsOption,
  ): InstanceType<typeof ConsoleLogger12> => {
    const logger = new ConsoleLogger('Orders', { colors: false, ...options });
    expect(traceConsoleLogger(logger, createLogFields('fields', fields))).toBe(true);
    return logger;
  };
  /** Runs `log` in a span, and returns the ids as text. */
  const inSpan = (log: () => void): string =>
    tracing.tracer.trace('work', {}, (span) => {
      log();
      return Object.entries(idsOf(span))
        .map(([name, value]) => `${name}=${value}`)
        .join(' ');
    });
  /** The lines without what differs from call to call. */
  const lines = (): string[] =>
    output.lines().map((line) => line.replace(/^\[Nest\] \d+ {2}- .+?(?= {2,})/, '[Nest]'));

  it('adds the ids to the end of each line of text, inside a span only', () => {
    const logger = createLogger({});
    const ids = inSpan(() => logger.log('created'));
    logger.log('created');
    expect(lines()).toEqual([
      `[Nest]     LOG [Orders] created ${ids}`,
      '[Nest]     LOG [Orders] created',
    ]);
  });

  it('adds the ids to the first line of several', () => {
    const logger = createLogger({});
    const error = Object.assign(new RangeError('out'), { stack: 'RangeError: out\n    at here' });
    const ids = inSpan(() => {
      logger.error(error);
      logger.log('one\r\ntwo');
    });
    expect(lines()).toEqual([
      `[Nest]   ERROR [Orders] RangeError: out ${ids}`,
      '    at here',
      `[Nest]     LOG [Orders] one ${ids}\r`,
      'two',
    ]);
  });

  it('changes nothing else in a line of text', () => {
    const plain = new ConsoleLogger('Orders', { prefix: 'Shop', timestamp: true });
    const logger = new ConsoleLogger('Orders', { prefix: 'Shop', timestamp: true });
    traceConsoleLogger(logger, undefined);
    const error = new RangeError('out');
    const calls = (target: typeof plain) => {
      target.log({ id: 7 }, ['a'], 'Context');
      target.warn('two\nlines');
      target.error('failed', 'Error: failed\n    at work (file.js:1:1)');
      target.error(error);
      target.debug(() => 'lazy');
      target.verbose('v', undefined);
      target.fatal(42);
    };
    const shown = (target: typeof plain, inside: boolean): string[] => {
      output.clear();
      if (inside) tracing.tracer.trace('work', {}, () => calls(target));
      else calls(target);
      return output
        .lines()
        .map((line) => line.replace(/\d+:\d+:\d+|\+\d+ms/g, '').replace(/ trace_id=.*$/, ''));
    };
    const expected = shown(plain, false);
    expect(shown(logger, false)).toEqual(expected);
    expect(shown(logger, true)).toEqual(expected);
  });

  it('adds the ids to JSON, and leaves the fields as they are', () => {
    const logger = createLogger({ json: true });
    tracing.tracer.trace('work', {}, (span) => {
      logger.warn('low', 'Stock');
      logger.error('failed', 'Error: failed\n    at work (file.js:1:1)', 'Stock');
      expect(output.records()).toEqual([
        {
          level: 'warn',
          pid: process.pid,
          timestamp: expect.any(Number),
          message: 'low',
          context: 'Stock',
          ...idsOf(span),
        },
        expect.objectContaining({ stack: expect.stringContaining('at work'), ...idsOf(span) }),
      ]);
    });
    output.clear();
    logger.warn('low', 'Stock');
    expect(output.records()).toEqual([
      expect.not.objectContaining({ trace_id: expect.anything() }),
    ]);
  });

  it('adds the ids to JSON in several lines and in colors', () => {
    for (const options of [
      { json: true, compact: false },
      { json: true, compact: 2, breakLength: 200 },
      { json: true, colors: true },
    ]) {
      output.clear();
      const logger = createLogger(options);
      const ids = inSpan(() => logger.log('created'));
      const text = output.lines().join('\n');
      const [traceId = ''] = /[0-9a-f]{32}/.exec(ids) ?? [];
      expect(text).toContain(traceId);
      expect(text).toContain('span_id');
    }
  });

  it('prints colors as before', () => {
    const logger = createLogger({ colors: true });
    const ids = inSpan(() => logger.log('created'));
    const [line = ''] = output.lines();
    expect(line.endsWith(` ${ids}`)).toBe(true);
    const noColor = process.env.NO_COLOR !== undefined;
    expect(line.includes('created\u001b[39m')).toBe(!noColor);
  });

  it('follows the levels, also those that are set later', () => {
    const logger = createLogger({ logLevels: ['error'] });
    inSpan(() => logger.log('hidden'));
    logger.setLogLevels(['log']);
    const ids = inSpan(() => {
      logger.log('shown');
      logger.debug('hidden');
    });
    expect(lines()).toEqual([`[Nest]     LOG [Orders] shown ${ids}`]);
  });

  it('takes the methods of a subclass', () => {
    class ShortLogger extends ConsoleLogger {
      protected override formatMessage(level: string, message: unknown): string {
        return `${level}: ${message}`;
      }
    }
    const logger = new ShortLogger();
    traceConsoleLogger(logger, undefined);
    const ids = inSpan(() => logger.log('created'));
    // Nest writes what the subclass returns: here without a line break.
    logger.log('later\n');
    expect(output.lines()).toEqual([`log: created ${ids}log: later`]);
  });

  it('keeps a field of the user', () => {
    class OwnFields extends ConsoleLogger {
      protected override getJsonLogObject(...args: Parameters<never>): never {
        const line = Reflect.apply(super.getJsonLogObject, this, args);
        return { ...line, trace_id: 'mine' } as never;
      }
    }
    const logger = new OwnFields({ json: true });
    traceConsoleLogger(logger, undefined);
    inSpan(() => logger.log('created'));
    expect(output.records()).toEqual([
      expect.objectContaining({ trace_id: 'mine', span_id: expect.any(String) }),
    ]);
  });

  it('adds the ids once if a logger is traced again', () => {
    const logger = createLogger({});
    expect(traceConsoleLogger(logger, createLogFields('fields', 'ecs'))).toBe(true);
    const ids = inSpan(() => logger.log('created'));
    expect(lines()).toEqual([`[Nest]     LOG [Orders] created ${ids}`]);
  });

  it('quotes a value in which a reader could not see the end', () => {
    const logger = createLogger({}, () => ({ tenant: 'a b', count: 2, empty: '' }));
    inSpan(() => logger.log('created'));
    expect(lines()).toEqual(['[Nest]     LOG [Orders] created tenant="a b" count=2 empty=']);
  });

  it('changes only the given instance', () => {
    createLogger({});
    const other = new ConsoleLogger('Orders', { colors: false });
    inSpan(() => other.log('created'));
    expect(lines()).toEqual(['[Nest]     LOG [Orders] created']);
  });

  if (version === 'Nest 12') {
    it('keeps a flattened parameter with the name of an id', () => {
      const logger = createLogger({ json: true, flattenParams: true } as ConsoleLoggerOptions);
      inSpan(() => logger.log('created', { span_id: 'mine', order: 7 }));
      expect(output.records()).toEqual([
        expect.objectContaining({ span_id: 'mine', order: 7, trace_flags: '01' }),
      ]);
    });
  }
});

describe('traceConsoleLogger', () => {
  it('returns false for any other logger', () => {
    expect(traceConsoleLogger({ log() {} }, undefined)).toBe(false);
    expect(traceConsoleLogger({ formatMessage: 1 }, undefined)).toBe(false);
  });
});
