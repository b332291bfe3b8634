import { describe, expect, it } from '@jest/globals';
import { type Logger, type LoggerOptions, pino as pino10 } from 'pino';
import * as nine from 'pino-9';
import { readPinoLine } from '../../../lib/logging/pino-line.js';
import { tracedPinoOptions } from '../../../lib/logging/traced-pino-options.js';
import { collectLogEntries } from '../../support/log-entries.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const pino9 = nine.pino as unknown as typeof pino10;
const createTestTracing = tracingsOfTest();

describe.each([
  ['pino 10', pino10],
  ['pino 9', pino9],
])('the lines of %s, for the log exporter', (_, pino) => {
  const entriesOf = <L extends string = never>(
    options: LoggerOptions<L>,
    log: (logger: Logger<L>) => void,
  ) => {
    const { tracer } = createTestTracing();
    const entries = collectLogEntries(tracer);
    const logger = pino(tracedPinoOptions(options), { write() {} });
    const spanContext = tracer.trace('work', {}, (span) => {
      log(logger);
      return span.spanContext();
    });
    return entries.map((entry) => {
      expect(entry.spanContext).toEqual(spanContext);
      const { spanContext: _span, scopeName, ...others } = entry;
      expect(scopeName).toBe('pino');
      return others;
    });
  };

  it('have the level, the message and the data, without what others tell', () => {
    expect(
      entriesOf({ base: { pid: 1, hostname: 'a', service: 'shop' } }, (logger) =>
        logger.child({ module: 'orders' }).warn({ order: { id: 7 } }, 'low %s', 'now'),
      ),
    ).toEqual([
      {
        severityText: 'warn',
        severityNumber: 13,
        body: 'low now',
        attributes: { service: 'shop', module: 'orders', order: { id: 7 } },
      },
    ]);
  });

  it('have custom levels, also with labels and other keys', () => {
    const options: LoggerOptions<'audit'> = {
      customLevels: { audit: 35 },
      formatters: { level: (label) => ({ severity: label }) },
      timestamp: false,
      messageKey: 'message',
      base: null,
    };
    expect(entriesOf(options, (logger) => logger.audit('paid'))).toEqual([
      {
        severityText: 'audit',
        severityNumber: 11,
        body: 'paid',
        attributes: { severity: 'audit' },
      },
    ]);
  });

  it('have errors as exceptions, also with another key and below a nested key', () => {
    const error = Object.assign(new RangeError('out'), { code: 'E1' });
    const exception = {
      'exception.type': 'RangeError',
      'exception.message': 'out',
      'exception.stacktrace': expect.stringContaining('RangeError: out'),
    };
    expect(entriesOf({}, (logger) => logger.error(error))).toEqual([
      {
        severityText: 'error',
        severityNumber: 17,
        body: 'out',
        attributes: { ...exception, err: { code: 'E1' } },
      },
    ]);
    const [entry] = entriesOf({ errorKey: 'error', nestedKey: 'payload', base: null }, (logger) =>
      logger.fatal({ error: new RangeError('out'), order: 7 }, 'failed'),
    );
    expect(entry).toMatchObject({
      severityNumber: 21,
      body: 'failed',
      attributes: { ...exception, payload: { order: 7 } },
    });
  });

  it('are as pino writes them after its redaction, its serializers and the hooks of the user', () => {
    const [entry] = entriesOf(
      {
        base: null,
        redact: ['user.password'],
        serializers: { order: ({ id }) => id },
        hooks: { streamWrite: (line) => line.replace('4711', '****') },
      },
      (logger) => logger.info({ user: { password: 's3cret' }, order: { id: 7 } }, 'card 4711'),
    );
    expect(entry).toMatchObject({
      body: 'card ****',
      attributes: { user: { password: '[Redacted]' }, order: 7 },
    });
  });

  it('are the lines that pino writes, and no others', () => {
    const entries = entriesOf({ level: 'warn' }, (logger) => {
      logger.info('hidden');
      logger.warn('shown');
      logger.child({}, { level: 'debug' }).debug('shown too');
    });
    expect(entries.map(({ body }) => body)).toEqual(['shown', 'shown too']);
  });

  it('have their own level if a serializer logs too', () => {
    let logger: Logger | undefined;
    const options: LoggerOptions = {
      serializers: {
        order: () => {
          logger?.fatal('inside');
          return 7;
        },
      },
    };
    const entries = entriesOf(options, (given) => {
      logger = given;
      given.debug('hidden');
      given.info({ order: {} }, 'outside');
    });
    expect(entries.map(({ body, severityNumber }) => [body, severityNumber])).toEqual([
      ['inside', 21],
      ['outside', 9],
    ]);
  });
});

describe('readPinoLine', () => {
  const keys = { message: 'msg', error: 'err', nested: undefined };

  it('takes a line that is no JSON as a text', () => {
    const call = { level: 30, logger: {} };
    expect(readPinoLine('INFO created\n', keys, call, undefined)).toEqual({
      severityNumber: 9,
      body: 'INFO created',
      scopeName: 'pino',
    });
    expect(readPinoLine('[1]\n', keys, undefined, undefined)).toEqual({
      severityNumber: 0,
      body: '[1]',
      scopeName: 'pino',
    });
  });

  it('keeps a field with the name of an id and another value', () => {
    const line = '{"level":"warn","trace_id":"mine","span_id":"b","err":"text","msg":7}\n';
    expect(readPinoLine(line, keys, undefined, { trace_id: 'a', span_id: 'b' })).toEqual({
      severityText: 'warn',
      severityNumber: 13,
      body: 7,
      attributes: { trace_id: 'mine', err: 'text' },
      scopeName: 'pino',
    });
  });
});
