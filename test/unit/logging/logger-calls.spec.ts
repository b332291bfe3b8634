import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import { pino } from 'pino';
import { notedLineCount, noteLine } from '../../../lib/logging/line-count.js';
import {
  checkTracedLoggerOptions,
  LoggerCalls,
  type TracedLoggerOptions,
} from '../../../lib/logging/logger-calls.js';
import { tracedPinoOptions } from '../../../lib/logging/traced-pino-options.js';
import { captureOutput } from '../../support/captured-output.js';
import { collectLogEntries } from '../../support/log-entries.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTestTracing = tracingsOfTest();

const plain = { log() {}, warn() {}, error() {}, debug() {} };

function callsOf(logger: object, options: TracedLoggerOptions = {}): LoggerCalls {
  return new LoggerCalls(logger, checkTracedLoggerOptions(logger, options));
}

describe('LoggerCalls', () => {
  it('feeds the calls of a logger that does not feed them itself', () => {
    const { tracer } = createTestTracing();
    const entries = collectLogEntries(tracer);
    const calls = callsOf(plain);
    tracer.trace('work', {}, (span) => {
      calls.call('warn', ['low', { order: 7 }, 'Stock']);
      expect(entries).toEqual([
        {
          severityText: 'warn',
          severityNumber: 13,
          body: 'low',
          attributes: { order: 7, 'nestjs.context': 'Stock' },
          scopeName: '@nestjs/common',
          spanContext: span.spanContext(),
        },
      ]);
    });
  });

  it('feeds what the caller has given, not what addFields makes of it', () => {
    const entries = collectLogEntries(createTestTracing().tracer);
    callsOf(plain, { addFields: () => ['changed'] }).call('log', ['created']);
    expect(entries.map(({ body }) => body)).toEqual(['created']);
  });

  it('feeds no level that the logger does not have or write', () => {
    const entries = collectLogEntries(createTestTracing().tracer);
    const calls = callsOf({ ...plain, isLevelEnabled: (level: string) => level !== 'debug' });
    calls.call('verbose', ['hidden']);
    calls.call('debug', ['hidden']);
    calls.call('log', ['shown']);
    expect(entries.map(({ body }) => body)).toEqual(['shown']);
  });

  it('feeds no line a second time, and none below the level of a logger that feeds its lines', () => {
    const entries = collectLogEntries(createTestTracing().tracer);
    const logger = pino(tracedPinoOptions({ level: 'info' }), { write() {} });
    const calls = callsOf({
      log: (message: string) => logger.info(message),
      warn: (message: string) => logger.warn(message),
      error: (message: string) => logger.error(message),
      debug: (message: string) => logger.debug(message),
    });
    calls.call('log', ['created']);
    calls.call('debug', ['hidden']);
    calls.call('error', ['failed']);
    expect(entries.map(({ body, scopeName }) => [body, scopeName])).toEqual([
      ['created', 'pino'],
      ['failed', 'pino'],
    ]);
  });

  it('does not throw if a line cannot be described', () => {
    const { tracer, warnings } = createTestTracing();
    collectLogEntries(tracer);
    const logger = {
      ...plain,
      isLevelEnabled() {
        throw new Error('broken');
      },
    };
    callsOf(logger).call('log', ['created']);
    expect(warnings).toEqual([
      'A log line could not be passed on to the log exporter: Error: broken',
    ]);
  });

  describe('of a ConsoleLogger', () => {
    let output: ReturnType<typeof captureOutput>;
    afterEach(() => output.restore());

    it('feed each printed line, after the levels and the redaction of the logger', () => {
      output = captureOutput();
      const entries = collectLogEntries(createTestTracing().tracer);
      const calls = callsOf(
        new ConsoleLogger('Orders', { json: true, logLevels: ['log'], redact: ['password'] }),
      );
      const error = new RangeError('out');
      calls.call('log', ['created', { password: 's3cret', order: 7 }]);
      calls.call('debug', ['hidden']);
      calls.call('error', ['failed', error, 'Stock']);
      calls.call('fatal', [{ password: 's3cret' }]);
      const scopeName = '@nestjs/common';
      expect(entries).toEqual([
        {
          severityText: 'log',
          severityNumber: 9,
          body: 'created',
          attributes: { order: 7, password: '[REDACTED]', 'nestjs.context': 'Orders' },
          scopeName,
        },
        {
          severityText: 'error',
          severityNumber: 17,
          body: 'failed',
          attributes: { 'nestjs.context': 'Stock' },
          exception: error,
          scopeName,
        },
        {
          severityText: 'fatal',
          severityNumber: 21,
          body: { password: '[REDACTED]' },
          attributes: { 'nestjs.context': 'Orders' },
          scopeName,
        },
      ]);
      expect(output.records()).toHaveLength(3);
    });

    it('run a lazy message once', () => {
      output = captureOutput();
      const entries = collectLogEntries(createTestTracing().tracer);
      let count = 0;
      callsOf(new ConsoleLogger({ json: true })).call('log', [() => `call ${++count}`]);
      expect(entries.map(({ body }) => body)).toEqual(['call 1']);
      expect(output.records()).toEqual([expect.objectContaining({ message: 'call 1' })]);
    });

    it('print a line that cannot be described', () => {
      output = captureOutput();
      const { tracer, warnings } = createTestTracing();
      collectLogEntries(tracer);
      class Broken extends ConsoleLogger {
        private calls = 0;
        protected override redact(value: unknown): unknown {
          this.calls++;
          if (this.calls > 1) throw new Error('broken');
          return value;
        }
      }
      callsOf(new Broken({ json: true, redact: ['a'] })).call('log', ['created']);
      expect(output.records()).toEqual([expect.objectContaining({ message: 'created' })]);
      expect(warnings).toEqual([
        'A log line could not be passed on to the log exporter: Error: broken',
      ]);
    });
  });
});

describe('the count of lines', () => {
  it('grows with each noted line', () => {
    const before = notedLineCount();
    noteLine();
    expect(notedLineCount()).toBe(before + 1);
  });
});
