import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createLogger, format, type Logger, type LoggerOptions, transports } from 'winston';
import { TracingContext } from '../../../lib/context/index.js';
import { traceWinston } from '../../../lib/logging/trace-winston.js';
import { addedTo, addFields } from '../../../lib/logging/winston-fields.js';
import { winstonTraceFormat } from '../../../lib/logging/winston-format.js';
import { readWinstonLine } from '../../../lib/logging/winston-line.js';
import { LEVEL } from '../../../lib/logging/winston-shape.js';
import { collectLogEntries } from '../../support/log-entries.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';
import { until } from '../../support/until.js';

const createTestTracing = tracingsOfTest();

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

describe('the lines of winston, for the log exporter', () => {
  const entriesOf = (options: LoggerOptions, log: (logger: Logger) => void) => {
    const { tracer } = createTestTracing();
    const entries = collectLogEntries(tracer);
    const logger = traceWinston(
      createLogger({ transports: [new transports.Stream({ stream: nowhere() })], ...options }),
    );
    const spanContext = tracer.trace('work', {}, (span) => {
      log(logger);
      return span.spanContext();
    });
    return entries.map((entry) => {
      expect(entry.spanContext).toEqual(spanContext);
      const { spanContext: _span, scopeName, ...others } = entry;
      expect(scopeName).toBe('winston');
      return others;
    });
  };

  it('have the level, the message and the data, without the ids', () => {
    const options: LoggerOptions = {
      defaultMeta: { service: 'shop' },
      format: format.combine(
        winstonTraceFormat(),
        format.timestamp(),
        format.colorize(),
        format.json(),
      ),
    };
    expect(entriesOf(options, (logger) => logger.warn('low', { order: { id: 7 } }))).toEqual([
      {
        severityText: 'warn',
        severityNumber: 13,
        body: 'low',
        attributes: { service: 'shop', order: { id: 7 } },
      },
    ]);
  });

  it('have errors as exceptions', () => {
    const error = new RangeError('out');
    const [whole, message, field, stack] = entriesOf({}, (logger) => {
      logger.error(error);
      logger.log('error', 'failed', { message: error });
      logger.error('failed', { error });
      logger.error('out', { stack: ['RangeError: out\n at work'] });
    });
    expect(whole).toMatchObject({ body: 'out', exception: error });
    expect(message).toMatchObject({ severityNumber: 17 });
    expect(field).toMatchObject({ body: 'failed', attributes: {}, exception: error });
    expect(stack).toMatchObject({
      body: 'out',
      attributes: {
        'exception.message': 'out',
        'exception.stacktrace': 'RangeError: out\n at work',
      },
    });
  });

  it('are as the formats of the logger make them, also as a copy', () => {
    const redact = format((info) => ({ ...info, password: '***' }));
    const options = { format: format.combine(format.errors({ stack: true }), redact()) };
    const [entry, failed] = entriesOf(options, (logger) => {
      logger.info('created', { password: 's3cret' });
      logger.error(new RangeError('out'));
    });
    expect(entry).toMatchObject({ body: 'created', attributes: { password: '***' } });
    expect(failed?.attributes).toEqual({
      password: '***',
      'exception.message': 'out',
      'exception.stacktrace': expect.stringContaining('RangeError: out'),
    });
  });

  it('are those that a transport writes, and that no format drops', () => {
    const drop = format((info) => (info.message === 'noise' ? false : info));
    const stream = nowhere();
    const options = {
      level: 'error',
      format: drop(),
      transports: [
        new transports.Stream({ stream, level: 'warn' }),
        new transports.Stream({ stream }),
      ],
    };
    const entries = entriesOf(options, (logger) => {
      logger.info('hidden');
      logger.warn('noise');
      logger.warn('shown');
    });
    expect(entries.map(({ body }) => body)).toEqual(['shown']);
  });

  it('have the span in which they were logged while a transport is busy', async () => {
    const { tracer } = createTestTracing();
    const entries = collectLogEntries(tracer);
    const slow = Object.assign(
      new Writable({
        objectMode: true,
        write: (_info, _encoding, done) => void setImmediate().then(() => done()),
      }),
      { log() {} },
    );
    const copy = format((info) => ({ ...info }));
    const logger = traceWinston(createLogger({ format: copy(), transports: [slow as never] }));
    const expected = Array.from({ length: 60 }, (_, index) =>
      tracer.trace('work', {}, (span) => {
        logger.info('created', { index });
        return span.spanContext();
      }),
    );
    await until(
      () => entries.length === expected.length,
      () => entries.length,
    );
    expect(entries.map(({ spanContext }) => spanContext)).toEqual(expected);
    expect(entries.map(({ attributes }) => attributes)).toEqual(
      expected.map((_, index) => ({ index })),
    );
  });

  it('do not throw if they cannot be described', () => {
    const { tracer, warnings } = createTestTracing();
    collectLogEntries(tracer);
    const hostile = format((info) =>
      Object.defineProperty({ ...info }, 'field', {
        enumerable: true,
        get() {
          throw new Error('broken');
        },
      }),
    );
    const logger = traceWinston(
      createLogger({
        format: hostile(),
        transports: [
          Object.assign(new Writable({ objectMode: true, write: (_i, _e, done) => done() }), {
            log() {},
          }) as never,
        ],
      }),
    );
    logger.info('created');
    expect(warnings).toEqual([
      'A log line could not be passed on to the log exporter: Error: broken',
    ]);
  });
});

describe('readWinstonLine', () => {
  it('reads an error as message, and leaves out the added fields', () => {
    const message = new RangeError('out');
    const info = { level: '\u001b[31merror', [LEVEL]: 'error', message, trace_id: 'a', order: 7 };
    expect(readWinstonLine(info, 'error', ['trace_id'])).toEqual({
      severityText: 'error',
      severityNumber: 17,
      body: 'out',
      attributes: { order: 7 },
      exception: message,
      scopeName: 'winston',
    });
  });
});

describe('addFields', () => {
  it('notes what it has added, unseen by formats', () => {
    const info = { level: 'info', message: 'created' };
    expect(addedTo(info)).toBeUndefined();
    addFields(info, TracingContext.ROOT, undefined, true);
    expect(addedTo(info)).toEqual({ context: TracingContext.ROOT, names: [], isFinal: true });
    expect(Reflect.ownKeys({ ...info })).toEqual(['level', 'message']);
  });
});
