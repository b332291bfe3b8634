import { isNativeError } from 'node:util/types';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { contextStorage, type LocalTracer } from '../../lib/context/index.js';
import { TracingConfigError } from '../../lib/errors.js';
import { AlwaysOffSampler } from '../../lib/sampling/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../lib/testing/index.js';
import { until } from '../support/until.js';

/** A client that an adapter traces, opened for one test. */
export interface TracedClient {
  /** Sends one query that returns one row, and returns what the driver returned. */
  read(): Promise<unknown>;
  /** Sends one query that fails; the database's message contains `secret`. */
  fail(secret: string): Promise<unknown>;
  /** Reads 1,000 rows one by one, or leaves after the first `maxCount`. @returns the number of rows read */
  stream?(maxCount?: number): Promise<number>;
  /** Runs `work` in a transaction, which is rolled back if `work` rejects; `work` gets a `read` in it. */
  transaction?(work: (read: () => Promise<unknown>) => Promise<void>): Promise<void>;
  close(): Promise<unknown>;
}

/** Options that every adapter takes. */
export interface AdapterOptions {
  readonly tracer?: LocalTracer;
  readonly captureReturnedRows?: boolean;
  readonly foldQueriesAfter?: number;
}

/** An adapter on a driver. */
export interface AdapterUnderTest {
  readonly name: string;
  /** False if the server is not there and its tests are skipped. */
  readonly isThere: boolean;
  /**
   * Opens a client and traces it.
   *
   * @param times how many times in a row the adapter is called; 0 for an untraced client
   */
  open(options?: AdapterOptions, times?: number): Promise<TracedClient>;
  /** Calls the adapter's function with a target that is not its own. */
  traceTarget(target: unknown): unknown;
  /** Calls the adapter's function with a good target and these options. */
  traceWith(options: object): unknown;
  readonly expected: AdapterExpectations;
}

/** What differs between adapters. A text is a reason why the adapter cannot do it. */
export interface AdapterExpectations {
  /** The adapter's function and its first parameter: `traceKnex.knex`. */
  readonly target: string;
  /** The name of the span of `read`. */
  readonly read: string;
  /** The span of `fail`, without attributes. */
  readonly failure: string;
  readonly rowCount: 1 | string;
  /** The spans of a transaction around one `read`, without its end. */
  readonly begin: readonly string[] | string;
  readonly commit: readonly string[];
  readonly rollback: readonly string[];
  /** Whether the transaction has a span around its queries. */
  readonly transactionSpan: true | string;
  /** The name of the span of `stream`. */
  readonly stream: { readonly name: string } | string;
  /** Options that the adapter refuses, beside those that every adapter refuses. */
  readonly sqlOptions: true | string;
  /** Other tests that the adapter cannot pass, by their titles, with the reasons. @default none */
  readonly excused?: Readonly<Record<string, string>>;
}

const SECRET = 'hunter2secret';

/** What every adapter has to hold. */
export function databaseAdapterSuite(adapter: AdapterUnderTest): void {
  const { name, expected, isThere } = adapter;
  const { excused = {} } = expected;
  const titles = new Set<string>();
  const itIfThere = (title: string, test: () => Promise<void> | void): void => {
    titles.add(title);
    if (excused[title] === undefined) (isThere ? it : it.skip)(title, test);
  };
  const client = ` [client]`;

  describe(`${name}, as every adapter,`, () => {
    let tracing: TestTracing;
    let opened: TracedClient[];

    beforeEach(() => {
      tracing = createTestTracing();
      opened = [];
    });

    afterEach(async () => {
      await contextStorage.runSuppressed(() => Promise.all(opened.map((one) => one.close())));
      tracing.close();
      tracing.recorder.verify();
    });

    async function open(options?: AdapterOptions, times?: number): Promise<TracedClient> {
      const one = await contextStorage.runSuppressed(() => adapter.open(options, times));
      opened.push(one);
      return one;
    }

    const taken = (attributes: string[] = []): string =>
      traceAsText(tracing.recorder.takeSpans(), { attributes });

    itIfThere('can do what its table entry does not excuse', async () => {
      const { transaction, stream } = await open();
      expect([transaction !== undefined, stream !== undefined]).toEqual([
        typeof expected.begin !== 'string',
        typeof expected.stream !== 'string',
      ]);
    });

    itIfThere('returns what the untraced client returns, with one span', async () => {
      const untraced = await open({}, 0);
      const traced = await open();
      const result = await traced.read();
      expect(taken()).toBe(`${expected.read}${client}`);
      expect(result).toEqual(await contextStorage.runSuppressed(() => untraced.read()));
      expect(taken()).toBe('');
    });

    itIfThere('names the database, and shows no parameters', async () => {
      await (await open()).read();
      const { attributes } = tracing.recorder.takeSpan();
      expect(attributes['db.system.name']).toMatch(
        /^(postgresql|mysql|mariadb|sqlite|mongodb|elasticsearch|opensearch|clickhouse|cassandra)$/,
      );
      // The index of Elasticsearch is `db.operation.parameter.index`.
      expect(JSON.stringify(attributes)).not.toMatch(/query\.parameter|\b4711\b/);
    });

    itIfThere('rejects with the error of the untraced client, recorded once', async () => {
      const untraced = await open({}, 0);
      const original = await errorOf(contextStorage.runSuppressed(() => untraced.fail(SECRET)));
      const traced = await open();
      const error = await errorOf(
        tracing.tracer.trace('outer', () =>
          tracing.tracer.trace('inner', () => traced.fail(SECRET)),
        ),
      );
      expect(error.constructor).toBe(original.constructor);
      expect(error.message).toBe(original.message);
      expect(error.message).toContain(SECRET);
      const spans = tracing.recorder.takeSpans();
      const [query, inner, outer] = spans;
      const text = traceAsText(query ? [query] : [], { attributes: [] });
      expect(text.replace(', parent missing', '')).toBe(expected.failure);
      expect([query, inner, outer].map((span) => span?.events.length)).toEqual([0, 1, 0]);
      expect([query, inner, outer].map((span) => span?.status.code)).toEqual([2, 2, 2]);
    });

    itIfThere('shows no value of a failed query on any span', async () => {
      const traced = await open();
      const wrapping = async (): Promise<never> => {
        try {
          return (await traced.fail(SECRET)) as never;
        } catch (cause) {
          throw new Error(`could not do it: ${(cause as Error).message}`, { cause });
        }
      };
      await errorOf(tracing.tracer.trace('plain', () => traced.fail(SECRET)));
      await errorOf(tracing.tracer.trace('wrapped', wrapping));
      const shown = tracing.recorder
        .takeSpans()
        .map(({ name: spanName, attributes, status, events }) => [
          spanName,
          attributes,
          status,
          events,
        ]);
      expect(shown).toHaveLength(4);
      expect(JSON.stringify(shown)).not.toContain(SECRET);
    });

    itIfThere('puts queries below the active span, and keeps it active', async () => {
      const traced = await open();
      await tracing.tracer.trace('work', async (work) => {
        await traced.read();
        expect(tracing.tracer.activeSpan).toBe(work);
        await traced.read();
        expect(tracing.tracer.activeSpan).toBe(work);
      });
      expect(taken()).toBe(tree('work', [expected.read, expected.read]));
    });

    itIfThere('gives queries outside of any span traces of their own', async () => {
      const traced = await open();
      await traced.read();
      await traced.read();
      const [one, two] = tracing.recorder.takeSpans();
      expect([one?.parentSpanContext, two?.parentSpanContext]).toEqual([undefined, undefined]);
      expect(one?.spanContext().traceId).not.toBe(two?.spanContext().traceId);
    });

    itIfThere('keeps concurrent queries apart', async () => {
      const traced = await open();
      const work = (spanName: string): Promise<void> =>
        tracing.tracer.trace(spanName, async () => {
          for (let count = 0; count < 3; count++) await traced.read();
        });
      await Promise.all([work('one'), work('two'), work('three')]);
      const reads = [expected.read, expected.read, expected.read];
      expect(taken()).toBe(
        ['one', 'two', 'three'].map((spanName) => tree(spanName, reads)).join('\n\n'),
      );
    });

    itIfThere('starts no span below an unsampled span', async () => {
      const unsampled = createTestTracing({ sampler: new AlwaysOffSampler() });
      const traced = await open({ tracer: unsampled.tracer });
      const startSpan = jest.spyOn(unsampled.tracer, 'startSpan');
      await unsampled.tracer.trace('work', async (work) => {
        startSpan.mockClear();
        await traced.read();
        await errorOf(traced.fail(SECRET));
        await traced.transaction?.(async (read) => void (await read()));
        await traced.stream?.();
        expect(unsampled.tracer.activeSpan).toBe(work);
      });
      expect(startSpan).not.toHaveBeenCalled();
      unsampled.close();
    });

    itIfThere('creates no span while tracing is suppressed', async () => {
      const traced = await open();
      await contextStorage.runSuppressed(async () => {
        await traced.read();
        await errorOf(traced.fail(SECRET));
        await traced.transaction?.(async (read) => void (await read()));
        await traced.stream?.();
      });
      expect(taken()).toBe('');
    });

    itIfThere('works the same while no application runs', async () => {
      const traced = await open();
      const result = await traced.read();
      tracing.recorder.takeSpans();
      tracing.close();
      expect(await traced.read()).toEqual(result);
      await traced.transaction?.(async (read) => void (await read()));
      expect((await errorOf(traced.fail(SECRET))).message).toContain(SECRET);
      expect((await traced.stream?.()) ?? 1_000).toBe(1_000);
      expect(taken()).toBe('');
    });

    itIfThere('gives each of two applications the spans of its own work', async () => {
      const traced = await open();
      const other = createTestTracing();
      const work = ({ tracer }: TestTracing, spanName: string): Promise<void> =>
        tracer.trace(spanName, async () => {
          await traced.read();
          await traced.transaction?.(async (read) => void (await read()));
        });
      await Promise.all([work(tracing, 'here'), work(other, 'there')]);
      const names = (spans: readonly { name: string }[]): string[] =>
        spans.map(({ name: spanName }) => spanName);
      const [here, there] = [tracing, other].map(({ recorder }) => names(recorder.takeSpans()));
      expect(here?.at(-1)).toBe('here');
      expect(there).toEqual([...(here ?? []).slice(0, -1), 'there']);
      other.close();
    });

    itIfThere('uses the tracer that it is given', async () => {
      const other = createTestTracing();
      other.close();
      const traced = await open({ tracer: other.tracer });
      await traced.read();
      expect(other.recorder.takeSpan().name).toBe(expected.read);
      expect(taken()).toBe('');
    });

    itIfThere('creates one span for a query if it is called twice', async () => {
      const traced = await open({}, 2);
      await tracing.tracer.trace('work', () => traced.read());
      expect(taken()).toBe(tree('work', [expected.read]));
    });

    itIfThere('folds repeated queries', async () => {
      const traced = await open({ foldQueriesAfter: 1 });
      await tracing.tracer.trace('work', async () => {
        for (let count = 0; count < 4; count++) await traced.read();
      });
      expect(taken(['nestjs_traced.db.folded_query.count'])).toBe(
        [
          'work',
          `  ${expected.read}${client}`,
          `  ${expected.read}${client} nestjs_traced.db.folded_query.count=3`,
        ].join('\n'),
      );
    });

    itUnless(expected.rowCount, 'counts the returned rows', async () => {
      await (await open({ captureReturnedRows: true })).read();
      expect(tracing.recorder.takeSpan().attributes['db.response.returned_rows']).toBe(1);
    });

    itUnless(expected.begin, 'shows a transaction that is committed', async () => {
      const traced = await open();
      await tracing.tracer.trace('work', () =>
        traced.transaction?.(async (read) => void (await read())),
      );
      expect(taken()).toBe(transactionTree(expected.commit));
    });

    itUnless(expected.begin, 'shows a transaction that is rolled back', async () => {
      const traced = await open();
      const failing = tracing.tracer.trace('work', async () => {
        await errorOf(
          traced.transaction?.(async (read) => {
            await read();
            throw new Error('no');
          }) as Promise<void>,
        );
      });
      await failing;
      expect(taken()).toBe(transactionTree(expected.rollback));
    });

    itUnless(expected.begin, 'adds nothing to a transaction that is over', async () => {
      const traced = await open();
      await traced.transaction?.(async (read) => void (await read()));
      tracing.recorder.takeSpans();
      await tracing.tracer.trace('work', () => traced.read());
      expect(taken()).toBe(tree('work', [expected.read]));
    });

    itUnless(expected.stream, 'gives a stream one span', async () => {
      const traced = await open();
      await tracing.tracer.trace('work', async (work) => {
        expect(await traced.stream?.()).toBe(1_000);
        expect(tracing.tracer.activeSpan).toBe(work);
      });
      expect(await takenWhenOver()).toBe(tree('work', [streamName()]));
    });

    itUnless(expected.stream, 'ends the span of a stream that its reader leaves', async () => {
      const traced = await open();
      await tracing.tracer.trace('work', async () => {
        expect(await traced.stream?.(1)).toBe(1);
      });
      expect(await takenWhenOver()).toBe(tree('work', [streamName()]));
    });

    it.each([
      ['tracer', {}],
      ['maxQueryTextLength', 0],
      ['foldQueriesAfter', 0],
      ['captureReturnedRows', 'yes'],
    ])('refuses an invalid option %s', (option, value) => {
      expectRefusal(() => adapter.traceWith({ [option]: value }), option);
    });

    itUnless(expected.sqlOptions, 'refuses invalid options for SQL', () => {
      const options = {
        system: '',
        namespace: 1,
        serverAddress: 1,
        serverPort: 0,
        queryText: 'all',
        captureParameters: 'yes',
        sqlCommenter: 'yes',
        connectionWaitThresholdMillis: -1,
      };
      for (const [option, value] of Object.entries(options)) {
        expectRefusal(() => adapter.traceWith({ [option]: value }), option);
      }
    });

    it.each([
      undefined,
      null,
      {},
      'text',
      () => {},
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
    ])('refuses a target that is not its own (%#)', (target) => {
      expectRefusal(() => adapter.traceTarget(target), expected.target.split('.')[1] as string);
    });

    it('shows no password of a target that it refuses', () => {
      const target = { connection: { password: SECRET } };
      const error = thrownBy(() => adapter.traceTarget(target));
      expect(error.message).not.toContain(SECRET);
    });

    it('excuses no test that does not exist', () => {
      expect(Object.keys(excused).filter((title) => !titles.has(title))).toEqual([]);
    });

    /** A test that the adapter has to pass unless a text says why it cannot. */
    function itUnless(ability: unknown, title: string, test: () => Promise<void> | void): void {
      if (typeof ability !== 'string') itIfThere(title, test);
    }

    function streamName(): string {
      return (expected.stream as { name: string }).name;
    }

    /** A driver may report the end of a stream after its reader has left. */
    async function takenWhenOver(): Promise<string> {
      const { recorder } = tracing;
      await until(
        () => recorder.openSpans.length === 0,
        () => recorder.openSpans.map(({ name: spanName }) => spanName),
      );
      return taken();
    }

    function transactionTree(end: readonly string[]): string {
      const names = [...(expected.begin as readonly string[]), expected.read, ...end];
      if (expected.transactionSpan !== true) return tree('work', names);
      const lines = names.map((line) => `    ${line}${client}`);
      return ['work', '  transaction', ...lines].join('\n');
    }

    function tree(root: string, names: readonly string[]): string {
      return [root, ...names.map((line) => `  ${line}${client}`)].join('\n');
    }

    function expectRefusal(call: () => unknown, option: string): void {
      const error = thrownBy(call) as TracingConfigError;
      expect(error).toBeInstanceOf(TracingConfigError);
      expect(error.code).toBe('INVALID_OPTION');
      expect(error.message).toMatch(
        new RegExp(`^${expected.target.split('.')[0]}\\.${option} must .+, but it is .+\\. .+\\.$`),
      );
    }
  });
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isError(outcome)) throw new Error('The query must fail.');
  return outcome;
}

/**
 * Errors of Node are of another realm than this file. Those of some drivers are not native, and those of a driver in C++
 * of the realm of the file that loaded it first.
 */
function isError(value: unknown): value is Error {
  if (isNativeError(value) || value instanceof Error) return true;
  const { message, stack } = (value ?? {}) as { message?: unknown; stack?: unknown };
  return typeof message === 'string' && typeof stack === 'string';
}

function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('The call must throw.');
}
