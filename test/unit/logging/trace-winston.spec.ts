import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, format, type Logger, type LoggerOptions, transports } from 'winston';
import { traceWinston } from '../../../lib/logging/trace-winston.js';
import { winstonTraceFormat } from '../../../lib/logging/winston-format.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import { idsOf } from '../../support/log-entries.js';
import { until } from '../../support/until.js';

describe('traceWinston', () => {
  let tracing: TestTracing;
  let lines: string[];

  beforeEach(() => {
    tracing = createTestTracing();
    lines = [];
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.reset();
  });

  const create = (options: LoggerOptions = {}): Logger =>
    createLogger({
      transports: [
        new transports.Stream({
          stream: new Writable({
            write(chunk, _, done) {
              lines.push(String(chunk).trimEnd());
              done();
            },
          }),
        }),
      ],
      ...options,
    });
  const inSpan = (log: () => void): ReturnType<typeof idsOf> =>
    tracing.tracer.trace('work', {}, (span) => {
      log();
      return idsOf(span);
    });
  const records = () => lines.map((line) => JSON.parse(line));

  it('adds the ids inside a span only, with all ways to log', () => {
    const logger = create({ level: 'silly', defaultMeta: { service: 'shop' } });
    expect(traceWinston(logger)).toBe(logger);
    const calls = (): void => {
      logger.info('created');
      logger.info('created', { order: 7 });
      logger.log('silly', 'created');
      logger.log({ level: 'warn', message: 'created' });
      logger.child({ module: 'orders' }).error('created');
      logger.write({ level: 'info', message: 'created' });
    };
    const ids = inSpan(calls);
    const inside = records();
    lines = [];
    calls();
    expect(inside).toEqual(records().map((record) => ({ ...record, ...ids })));
    expect(inside[0]).toEqual({ service: 'shop', level: 'info', message: 'created', ...ids });
    expect(inside).toHaveLength(6);
  });

  it('has the ids of the span in which a line is logged while a transport is busy', async () => {
    const seen: Record<string, unknown>[] = [];
    const slow = Object.assign(
      new Writable({
        objectMode: true,
        write(info, _, done) {
          seen.push({ ...info });
          void setImmediate().then(() => done());
        },
      }),
      { log() {} },
    );
    const logger = traceWinston(create({ transports: [slow as never] }));
    const expected = Array.from({ length: 100 }, (_, index) =>
      inSpan(() => logger.info('created', { index })),
    );
    await until(
      () => seen.length === expected.length,
      () => seen.length,
    );
    expect(
      seen.map(({ trace_id, span_id, trace_flags }) => ({ trace_id, span_id, trace_flags })),
    ).toEqual(expected);
  });

  it('adds the ids once, also beside the format, and if a logger is traced again', () => {
    const logger = create({
      format: format.combine(winstonTraceFormat({ fields: 'ecs' }), format.json()),
    });
    traceWinston(traceWinston(logger), { fields: 'datadog' });
    const ids = inSpan(() => logger.info('created'));
    expect(records()).toEqual([{ level: 'info', message: 'created', ...ids }]);
  });

  it('keeps an error an error, and a field of the line', () => {
    const logger = traceWinston(
      create({ format: format.combine(format.errors({ stack: true }), format.json()) }),
    );
    const ids = inSpan(() => {
      logger.error(Object.assign(new Error('failed'), { code: 'E1' }));
      logger.info('created', { trace_id: 'mine' });
    });
    expect(records()).toEqual([
      expect.objectContaining({
        message: 'failed',
        code: 'E1',
        stack: expect.stringContaining('Error: failed'),
        ...ids,
      }),
      { level: 'info', message: 'created', ...ids, trace_id: 'mine' },
    ]);
  });

  it('takes the fields of the option', () => {
    const logger = traceWinston(create(), { fields: { traceId: 'trace-id' } });
    inSpan(() => logger.info('created'));
    expect(Object.keys(records()[0])).toEqual([
      'level',
      'message',
      'span_id',
      'trace-id',
      'trace_flags',
    ]);
  });

  it('lets a format drop lines, and a logger end', async () => {
    const drop = format((info) => (info.message === 'noise' ? false : info));
    const logger = traceWinston(create({ format: format.combine(drop(), format.json()) }));
    inSpan(() => logger.info('noise').info('created'));
    const ended = new Promise((resolve) => logger.once('finish', resolve));
    logger.end();
    await ended;
    expect(records()).toEqual([expect.objectContaining({ message: 'created' })]);
  });

  it.each<[unknown, object, string]>([
    [{ info() {} }, {}, 'traceWinston.logger must be a logger of winston 3'],
    [undefined, {}, 'traceWinston.logger must be a logger of winston 3'],
    [createLogger({ silent: true }), { fields: 'gelf' }, 'traceWinston.fields must be'],
  ])('refuses %p with %j', (logger, options, message) => {
    expect(() => traceWinston(logger as object, options)).toThrow(message);
  });
});
