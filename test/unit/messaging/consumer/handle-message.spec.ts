import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { concat, firstValueFrom, lastValueFrom, type Observable, of, throwError } from 'rxjs';
import { contextStorage } from '../../../../lib/context/index.js';
import { handleMessage } from '../../../../lib/messaging/consumer/handle-message.js';
import { MessageConsumerHandler } from '../../../../lib/messaging/consumer/message-consumer-handler.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { until } from '../../../support/until.js';
import { receivedMessage } from '../messages.js';

const createTracing = tracingsOfTest();

function setUp(ignore: string[] = []) {
  const { tracer, recorder } = createTracing();
  const consumer = new MessageConsumerHandler(tracer, { ignore });
  const operation = consumer.begin(receivedMessage());
  const handle = (fn: (...args: never[]) => unknown): unknown =>
    handleMessage(consumer, operation, fn, undefined, ['data']);
  const text = () =>
    traceAsText(recorder.takeSpans(), { attributes: false, events: true }).replace(
      'process orders.placed [consumer]',
      'process',
    );
  return { operation, handle, text, recorder };
}

describe('handleMessage', () => {
  it('passes arguments, `this` and the result', () => {
    const { handle, text } = setUp();
    expect(handle(((data: string) => `${data} handled`) as never)).toBe('data handled');
    expect(text()).toBe('process');
  });

  it('runs the handler in the context of the message', async () => {
    const { operation, handle, text } = setUp();
    await handle(async () => {
      await null;
      expect(contextStorage.active().entry).toBe(operation);
    });
    expect(text()).toBe('process');
  });

  it('shows what the handler throws or rejects, and passes it on', async () => {
    const error = new Error('broken');
    const thrown = setUp();
    expect(() =>
      thrown.handle(() => {
        throw error;
      }),
    ).toThrow(error);
    expect(thrown.text()).toBe('process ERROR "broken" exception Error');
    const rejected = setUp();
    await expect(rejected.handle(async () => Promise.reject(error))).rejects.toBe(error);
    expect(rejected.text()).toBe('process ERROR "broken"');
  });

  it('waits for the Observable of a promise', async () => {
    const { handle, text, recorder } = setUp();
    const answers = (await handle(async () => of(1, 2))) as Observable<number>;
    expect(recorder.openSpans).toHaveLength(1);
    expect(await lastValueFrom(answers)).toBe(2);
    expect(text()).toBe('process');
  });

  it('shows how an Observable ends', async () => {
    const failed = setUp();
    const broken = concat(
      of(1),
      throwError(() => new Error('broken')),
    );
    await expect(lastValueFrom(failed.handle(() => broken) as typeof broken)).rejects.toThrow();
    expect(failed.text()).toBe('process ERROR "broken" exception Error');
    const left = setUp();
    expect(await firstValueFrom(left.handle(() => of(1, 2)) as Observable<number>)).toBe(1);
    expect(left.text()).toBe('process (event unsubscribed)');
  });

  it('ends if nobody subscribes to an Observable, once it is collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { handle, text, recorder } = setUp();
    handle(() => of(1));
    await until(
      () => {
        collect();
        return recorder.openSpans.length === 0;
      },
      () => recorder.openSpans.length,
    );
    expect(text()).toBe('process (event abandoned)');
  });

  it('suppresses the work of a message that is not traced', async () => {
    const { handle } = setUp(['orders.placed']);
    let wasSuppressed = false;
    const answers = (await handle(async () => {
      const source = of(1);
      wasSuppressed = contextStorage.active().suppressed;
      return source;
    })) as Observable<number>;
    expect(wasSuppressed).toBe(true);
    expect(await lastValueFrom(answers)).toBe(1);
  });
});
