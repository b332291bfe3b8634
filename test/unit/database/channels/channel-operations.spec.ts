import { channel, tracingChannel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  bindChannels,
  contextStorage,
  isLibraryWork,
  subscribeToChannels,
  TracingContext,
  withLibraryWork,
} from '../../../../lib/context/index.js';
import {
  type ChannelTracing,
  rememberedSenderOf,
  returnToSender,
  traceChannel,
} from '../../../../lib/database/channels/channel-operations.js';
import { createTestTracing, type TestTracing } from '../../../../lib/testing/index.js';

const NAME = 'nestjs-traced.test.operations';
const traced = tracingChannel(NAME);

let calls: unknown[];
let tracing: TestTracing;
const ends: (() => void)[] = [];

beforeEach(() => {
  calls = [];
  tracing = createTestTracing();
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
  tracing.close();
});

function watch({ subscriptions, bindings }: ChannelTracing): void {
  ends.push(subscribeToChannels(subscriptions), bindChannels(bindings));
}

function watchWork(hidesCommands: boolean, begins = true): void {
  watch(
    traceChannel<{ readonly id: number }>({
      library: 'mysql2',
      name: NAME,
      hidesCommands,
      begin({ id }) {
        calls.push(`begin ${id}`);
        if (!begins) return undefined;
        return {
          finish: (countRows) => calls.push(`finish ${countRows?.()}`),
          fail: (error) => calls.push(`fail ${error}`),
        };
      },
      countRows: (result) => (result as unknown[] | undefined)?.length,
      failureOf: (error) => `told ${error}`,
    }),
  );
}

describe('traceChannel', () => {
  it.each([false, true])('traces work to its end (hidesCommands %j)', async (hidesCommands) => {
    watchWork(hidesCommands);
    await traced.tracePromise(async () => [1, 2], { id: 1 });
    await traced.tracePromise(async () => Promise.reject('no'), { id: 2 }).catch(() => {});
    expect(() =>
      traced.traceSync(
        () => {
          throw 'at once';
        },
        { id: 3 },
      ),
    ).toThrow();
    expect(calls).toEqual([
      'begin 1',
      'finish 2',
      'begin 2',
      'fail told no',
      'finish undefined',
      'begin 3',
      'fail told at once',
    ]);
  });

  it('leaves work without an operation alone', async () => {
    watchWork(false, false);
    await traced.tracePromise(async () => [1], { id: 1 });
    expect(calls).toEqual(['begin 1']);
  });

  it('hides what the library publishes during the work', async () => {
    watchWork(true);
    let isHidden = false;
    await traced.tracePromise(
      async () => {
        await undefined;
        isHidden = isLibraryWork(contextStorage.active());
        return [];
      },
      { id: 1 },
    );
    expect([isHidden, isLibraryWork(contextStorage.active())]).toEqual([true, false]);
  });

  it('has no operation for what a library does by itself, and without an application', async () => {
    watchWork(false);
    await contextStorage.run(withLibraryWork(TracingContext.ROOT), () =>
      traced.tracePromise(async () => [1], { id: 1 }),
    );
    tracing.close();
    await traced.tracePromise(async () => [1], { id: 2 });
    expect(calls).toEqual([]);
  });

  it('survives messages of any type, and reports them once', () => {
    watchWork(false);
    for (const type of ['start', 'error', 'asyncStart']) {
      for (const message of [undefined, null, 'text', Object.freeze({ id: 1 })]) {
        channel(`tracing:${NAME}:${type}`).publish(message);
      }
    }
    expect(tracing.warnings).toHaveLength(1);
    expect(tracing.warnings[0]).toContain('A message of mysql2 could not be read');
  });
});

describe('returnToSender', () => {
  it('calls back in the context of the sender', () => {
    watch(returnToSender(NAME));
    const sender = TracingContext.ROOT.setValue(Symbol('sender'), 1);
    let callBack = (): void => {};
    let seen: TracingContext | undefined;
    contextStorage.run(sender, () => {
      traced.traceCallback(
        (callback: () => void) => {
          callBack = callback;
        },
        0,
        {},
        undefined,
        () => {
          seen = contextStorage.active();
        },
      );
    });
    callBack();
    expect(seen).toBe(sender);
  });

  it('changes nothing for a message that it has not seen', () => {
    watch(returnToSender(NAME));
    channel(`tracing:${NAME}:start`).publish(Object.freeze({}));
    channel(`tracing:${NAME}:start`).publish(null);
    expect(rememberedSenderOf(null)).toBe(TracingContext.ROOT);
    expect(rememberedSenderOf(Object.freeze({}))).toBe(TracingContext.ROOT);
  });
});
