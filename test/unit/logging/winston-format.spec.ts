import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, format, transports } from 'winston';
import { winstonTraceFormat } from '../../../lib/logging/winston-format.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import { idsOf } from '../../support/log-entries.js';

describe('winstonTraceFormat', () => {
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

  const stream = () =>
    new Writable({
      write(chunk, _, done) {
        lines.push(String(chunk).trimEnd());
        done();
      },
    });
  const inSpan = (log: () => void): ReturnType<typeof idsOf> =>
    tracing.tracer.trace('work', {}, (span) => {
      log();
      return idsOf(span);
    });
  const records = () => lines.map((line) => JSON.parse(line));

  it('adds the ids inside a span only', () => {
    const logger = createLogger({
      format: format.combine(winstonTraceFormat(), format.json()),
      transports: [new transports.Stream({ stream: stream() })],
    });
    const ids = inSpan(() => logger.info('created', { order: 7 }));
    logger.info('created', { order: 7 });
    const plain = { level: 'info', message: 'created', order: 7 };
    expect(records()).toEqual([{ ...plain, ...ids }, plain]);
  });

  it('works as the format of one transport, with an error, and with a child logger', () => {
    const logger = createLogger({
      format: format.errors({ stack: true }),
      transports: [
        new transports.Stream({
          stream: stream(),
          format: format.combine(winstonTraceFormat({ fields: 'ecs' }), format.json()),
        }),
      ],
    });
    const ids = inSpan(() => {
      logger.error(new Error('failed'));
      logger.child({ module: 'orders' }).warn('low');
    });
    expect(records()).toEqual([
      expect.objectContaining({
        message: 'failed',
        stack: expect.stringContaining('Error: failed'),
        'trace.id': ids.trace_id,
      }),
      expect.objectContaining({ module: 'orders', 'span.id': ids.span_id }),
    ]);
  });

  it('keeps a field of the line', () => {
    const logger = createLogger({
      format: format.combine(winstonTraceFormat(), format.json()),
      transports: [new transports.Stream({ stream: stream() })],
    });
    const ids = inSpan(() => logger.info('created', { span_id: 'mine' }));
    expect(records()).toEqual([{ level: 'info', message: 'created', ...ids, span_id: 'mine' }]);
  });

  it('gives an object that is logged again the ids of the span in which it is logged', () => {
    const logger = createLogger({
      format: format.combine(winstonTraceFormat(), format.json()),
      transports: [new transports.Stream({ stream: stream() })],
    });
    const line = { level: 'info', message: 'created' };
    const first = inSpan(() => logger.log(line));
    const second = inSpan(() => logger.log(line));
    logger.log(line);
    expect(second.span_id).not.toBe(first.span_id);
    const plain = { level: 'info', message: 'created' };
    expect(records()).toEqual([{ ...plain, ...first }, { ...plain, ...second }, plain]);
  });

  it('shows nothing else of this library in formats that print all of a line', () => {
    const logger = createLogger({
      format: format.combine(winstonTraceFormat(), format.prettyPrint()),
      transports: [new transports.Stream({ stream: stream() })],
    });
    inSpan(() => logger.info('created'));
    expect(lines.join('\n')).toContain('trace_id');
    expect(lines.join('\n')).not.toContain('Symbol');
  });

  it('refuses invalid options', () => {
    expect(() => winstonTraceFormat({ fields: 'gelf' as 'ecs' })).toThrow(
      'winstonTraceFormat.fields must be',
    );
  });
});
