import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino as pino10 } from 'pino';
import * as nine from 'pino-9';
import { pinoTraceMixin } from '../../../lib/logging/pino-mixin.js';
import { tracedPinoOptions } from '../../../lib/logging/traced-pino-options.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import { idsOf } from '../../support/log-entries.js';
import { until } from '../../support/until.js';

const pino9 = nine.pino as unknown as typeof pino10;

describe.each([
  ['pino 10', pino10],
  ['pino 9', pino9],
])('the lines of %s', (_, pino) => {
  let tracing: TestTracing;
  let written: string[];
  const stream = { write: (line: string) => void written.push(line) };

  beforeEach(() => {
    tracing = createTestTracing();
    written = [];
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.reset();
  });

  const records = (): Record<string, unknown>[] => written.map((line) => JSON.parse(line));
  const inSpan = (log: () => void): ReturnType<typeof idsOf> =>
    tracing.tracer.trace('work', {}, (span) => {
      log();
      return idsOf(span);
    });

  describe.each([
    ['pinoTraceMixin', () => ({ mixin: pinoTraceMixin() })],
    ['tracedPinoOptions', () => tracedPinoOptions({})],
  ])('with %s', (name, createOptions) => {
    it('have the ids inside a span only', () => {
      const logger = pino(createOptions(), stream);
      const ids = inSpan(() => logger.info({ order: 7 }, 'created %s', 'now'));
      logger.info({ order: 7 }, 'created %s', 'now');
      const plain = { level: 30, order: 7, msg: 'created now' };
      const base = { time: expect.any(Number), pid: process.pid, hostname: expect.any(String) };
      expect(records()).toEqual([
        { ...base, ...plain, ...ids },
        { ...base, ...plain },
      ]);
    });

    it('have the ids also from child loggers, for errors, and with custom levels', () => {
      const logger = pino({ ...createOptions(), customLevels: { audit: 35 } }, stream);
      const child = logger.child({ module: 'orders' });
      const ids = inSpan(() => {
        child.warn('low');
        logger.error(new Error('failed'));
        logger.audit('paid');
      });
      expect(records()).toEqual([
        expect.objectContaining({ module: 'orders', msg: 'low', ...ids }),
        expect.objectContaining({
          msg: 'failed',
          err: expect.objectContaining({ message: 'failed' }),
          ...ids,
        }),
        expect.objectContaining({ level: 35, msg: 'paid', ...ids }),
      ]);
    });

    it('keep a field of the line, and the object of the caller', () => {
      const logger = pino(createOptions(), stream);
      const given = Object.freeze({ trace_id: 'mine' });
      const ids = inSpan(() => logger.info(given, 'created'));
      expect(records()).toEqual([expect.objectContaining({ ...ids, trace_id: 'mine' })]);
      expect(given).toEqual({ trace_id: 'mine' });
    });

    it('have the ids below the redaction of pino, and with other keys', () => {
      const logger = pino(
        { ...createOptions(), messageKey: 'message', base: null, redact: ['user.password'] },
        stream,
      );
      const ids = inSpan(() => logger.info({ user: { password: 's3cret' } }, 'created'));
      expect(records()).toEqual([
        {
          level: 30,
          time: expect.any(Number),
          message: 'created',
          user: { password: '[Redacted]' },
          ...ids,
        },
      ]);
    });

    it('have the ids in a worker transport', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'nestjs-traced-'));
      const destination = join(folder, 'lines.log');
      const transport = pino.transport({ target: 'pino/file', options: { destination } });
      try {
        const logger = pino(createOptions(), transport);
        const ids = inSpan(() => logger.info('created'));
        await until(
          () => existsSync(destination) && readFileSync(destination, 'utf8').endsWith('\n'),
          () => `${name}: no line in the file`,
        );
        expect(JSON.parse(readFileSync(destination, 'utf8'))).toMatchObject(ids);
      } finally {
        transport.end();
        rmSync(folder, { recursive: true });
      }
    });
  });

  describe('with tracedPinoOptions', () => {
    it('keep a mixin, its arguments and its precedence', () => {
      const calls: unknown[][] = [];
      const options = {
        mixin: (...args: unknown[]) => {
          calls.push(args);
          return { span_id: 'mine', tenant: 'acme' };
        },
      };
      const logger = pino(tracedPinoOptions(options), stream);
      const ids = inSpan(() => logger.warn({ order: 7 }, 'low'));
      logger.warn('low');
      expect(records()).toEqual([
        expect.objectContaining({ ...ids, span_id: 'mine', tenant: 'acme', order: 7 }),
        expect.objectContaining({ span_id: 'mine', tenant: 'acme' }),
      ]);
      expect(calls[0]).toEqual([{ order: 7 }, 40, logger]);
      expect(records()[1]).not.toHaveProperty('trace_id');
    });

    it('keep the hooks', () => {
      const logger = pino(
        tracedPinoOptions({
          hooks: {
            logMethod(args: unknown[], method: (message: string) => void) {
              method.call(this, String(args[0]).toUpperCase());
            },
            streamWrite: (line: string) => line.replace('SECRET', '***'),
          },
        }),
        stream,
      );
      const ids = inSpan(() => logger.info('a secret'));
      expect(records()).toEqual([expect.objectContaining({ msg: 'A ***', ...ids })]);
    });

    it('have the ids beside a nested key, not below it', () => {
      const logger = pino(tracedPinoOptions({ nestedKey: 'payload' }), stream);
      const ids = inSpan(() => logger.info({ order: 7 }, 'created'));
      inSpan(() => logger.info('created'));
      logger.info({ order: 7 }, 'created');
      expect(records()).toEqual([
        expect.objectContaining({ payload: { order: 7 }, msg: 'created', ...ids }),
        expect.objectContaining({ msg: 'created', trace_flags: '01' }),
        expect.not.objectContaining({ trace_id: expect.anything() }),
      ]);
      expect(written.every((line) => line.endsWith('}\n'))).toBe(true);
    });

    it('have the ids if only a field below has the name of one', () => {
      const logger = pino(tracedPinoOptions({}), stream);
      const ids = inSpan(() => logger.info({ request: { trace_id: 'theirs' } }, '"trace_id":'));
      expect(records()).toEqual([
        expect.objectContaining({ request: { trace_id: 'theirs' }, msg: '"trace_id":', ...ids }),
      ]);
    });

    it('have the ids also if a serializer logs a line in between', () => {
      const serializers = {
        order: () => {
          logger.info('inside');
          return 7;
        },
      };
      const logger = pino(tracedPinoOptions({ serializers }), stream);
      const ids = inSpan(() => logger.info({ order: {} }, 'outside'));
      expect(records()).toEqual([
        expect.objectContaining({ msg: 'inside', ...ids }),
        expect.objectContaining({ msg: 'outside', order: 7, ...ids }),
      ]);
    });

    it('end as before, also with crlf', () => {
      const logger = pino(tracedPinoOptions({ crlf: true, base: null }), stream);
      inSpan(() => logger.info('created'));
      expect(written).toEqual([expect.stringMatching(/"trace_flags":"01"}\r\n$/)]);
    });

    it('take the fields of the option', () => {
      const logger = pino(tracedPinoOptions({}, { fields: 'ecs' }), stream);
      const ids = inSpan(() => logger.info('created'));
      expect(records()).toEqual([expect.objectContaining({ 'trace.id': ids.trace_id })]);
    });
  });
});

describe('tracedPinoOptions', () => {
  it('leaves the ids to the mixin for a pino that does not call the hook', () => {
    const { tracer, recorder, close } = createTestTracing();
    const mixinOf = (version: string) => {
      const { mixin } = tracedPinoOptions({}) as { mixin?: (...args: unknown[]) => object };
      return tracer.trace('work', {}, () => Object.keys(mixin?.({}, 30, { version }) ?? {}));
    };
    const ids = ['trace_id', 'span_id', 'trace_flags'];
    expect(mixinOf('8.21.0')).toEqual(ids);
    expect(mixinOf('9.5.0')).toEqual(ids);
    expect(mixinOf('9.6.0')).toEqual([]);
    expect(mixinOf('10.0.0')).toEqual([]);
    recorder.reset();
    close();
  });

  it('returns a line that is no JSON as it is', () => {
    const { tracer, recorder, close } = createTestTracing();
    const { hooks } = tracedPinoOptions({}) as { hooks?: { streamWrite(line: string): string } };
    tracer.trace('work', {}, () => {
      expect(hooks?.streamWrite('created')).toBe('created');
    });
    recorder.reset();
    close();
  });

  it('leaves the given options as they are', () => {
    const options = Object.freeze({ level: 'debug', hooks: Object.freeze({}) });
    expect(tracedPinoOptions(options)).toMatchObject({ level: 'debug' });
    expect(options).toEqual({ level: 'debug', hooks: {} });
  });

  it.each<[unknown, unknown, string]>([
    ['debug', {}, 'tracedPinoOptions.options must be an object'],
    [[{}, null], {}, 'tracedPinoOptions.options must be an object'],
    [{ logger: pino10() }, {}, 'tracedPinoOptions.options.logger must not be set'],
    [{}, { fields: 'gelf' }, 'tracedPinoOptions.fields must be'],
    [{}, 'ecs', 'tracedPinoOptions.options must be an object'],
  ])('refuses %p with %p', (options, fieldsOptions, message) => {
    expect(() => tracedPinoOptions(options as object, fieldsOptions as object)).toThrow(message);
  });
});
