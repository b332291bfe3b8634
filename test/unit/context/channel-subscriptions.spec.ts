import { channel, tracingChannel } from 'node:diagnostics_channel';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import {
  bindChannels,
  contextStorage,
  subscribeToChannels,
  TracingContext,
  withLibraryWork,
} from '../../../lib/context/index.js';

describe('subscribeToChannels', () => {
  it('passes on what is published until it is ended', () => {
    const received: unknown[] = [];
    const end = subscribeToChannels([
      ['nestjs-traced.test.first', (message) => received.push(['first', message])],
      ['nestjs-traced.test.second', (message) => received.push(['second', message])],
    ]);
    channel('nestjs-traced.test.first').publish(1);
    channel('nestjs-traced.test.second').publish(2);
    end();
    channel('nestjs-traced.test.first').publish(3);
    expect(received).toEqual([
      ['first', 1],
      ['second', 2],
    ]);
    expect(channel('nestjs-traced.test.first').hasSubscribers).toBe(false);
  });

  it('receives what a later application subscribes to, also after a collection of garbage', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
    let receivedCount = 0;
    for (let i = 0; i < 20; i++) {
      const name = `nestjs-traced.test.collected-${i}`;
      subscribeToChannels([[name, () => {}]])();
      await turn();
      collectGarbage();
      subscribeToChannels([[name, () => receivedCount++]]);
      // Node forgets a collected channel in a later turn.
      await turn();
      channel(name).publish(i);
    }
    expect(receivedCount).toBe(20);
  });
});

describe('bindChannels', () => {
  it('sets the context of the function that a channel calls, until it is ended', async () => {
    const context = withLibraryWork(TracingContext.ROOT);
    const traced = tracingChannel('nestjs-traced.test.bound');
    const end = bindChannels([['tracing:nestjs-traced.test.bound:start', () => context]]);
    traced.subscribe({ start() {} } as never);
    const seen: TracingContext[] = [];
    const work = async (): Promise<void> => {
      seen.push(contextStorage.active());
      await undefined;
      seen.push(contextStorage.active());
    };
    await traced.tracePromise(work, {});
    expect(seen).toEqual([context, context]);
    expect(contextStorage.active()).toBe(TracingContext.ROOT);
    end();
    await traced.tracePromise(work, {});
    expect(seen.slice(2)).toEqual([TracingContext.ROOT, TracingContext.ROOT]);
  });

  it('sets the context of a callback', () => {
    const context = withLibraryWork(TracingContext.ROOT);
    const traced = tracingChannel('nestjs-traced.test.callback');
    const end = bindChannels([['tracing:nestjs-traced.test.callback:asyncStart', () => context]]);
    traced.subscribe({ start() {} } as never);
    let seen: TracingContext | undefined;
    traced.traceCallback(
      (callback: () => void) => callback(),
      0,
      {},
      undefined,
      () => {
        seen = contextStorage.active();
      },
    );
    end();
    expect(seen).toBe(context);
  });
});
