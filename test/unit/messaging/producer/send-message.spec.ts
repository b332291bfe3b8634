import { describe, expect, it } from '@jest/globals';
import {
  connectable,
  defer,
  firstValueFrom,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  Subject,
  throwError,
  timer,
} from 'rxjs';
import { contextStorage, isLibraryWork } from '../../../../lib/context/index.js';
import { MessageProducerHandler } from '../../../../lib/messaging/producer/message-producer-handler.js';
import { traceEvent, traceRequest } from '../../../../lib/messaging/producer/send-message.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { sentMessage } from '../messages.js';

const createTracing = tracingsOfTest();

function setUp() {
  const { tracer, recorder } = createTracing();
  const producer = new MessageProducerHandler(tracer);
  const text = () =>
    traceAsText(recorder.takeSpans(), { attributes: false, events: true }).replaceAll(
      / orders\.placed \[\w+\]/g,
      '',
    );
  return { tracer, producer, recorder, text };
}

describe('traceRequest', () => {
  const describeRequest = () => sentMessage({ isEvent: false });

  it('sends nothing before the subscription, and with each one', async () => {
    const { producer, text } = setUp();
    let count = 0;
    const source = defer(() => of(++count));
    const request = traceRequest(() => producer, describeRequest, source);
    expect([count, text()]).toEqual([0, '']);
    expect(await lastValueFrom(request)).toBe(1);
    expect(await lastValueFrom(request)).toBe(2);
    expect(text()).toBe('send\n\nsend');
  });

  it('sends in the context of the span, and answers in that of the subscriber', async () => {
    const { tracer, producer, recorder } = setUp();
    const source = defer(() => {
      tracer.startSpan('sending').end();
      return timer(1);
    });
    await tracer.trace(
      'work',
      () =>
        new Promise<void>((resolve) => {
          traceRequest(() => producer, describeRequest, source).subscribe(() => {
            tracer.startSpan('answered').end();
            resolve();
          });
        }),
    );
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'work\n  send orders.placed [client]\n    sending\n  answered',
    );
  });

  it('shows errors, and subscribers that leave', async () => {
    const { producer, text } = setUp();
    const failing = traceRequest(
      () => producer,
      describeRequest,
      throwError(() => 'refused'),
    );
    await expect(lastValueFrom(failing)).rejects.toBe('refused');
    expect(text()).toBe('send ERROR "refused"');
    traceRequest(() => producer, describeRequest, NEVER)
      .subscribe()
      .unsubscribe();
    expect(text()).toBe('send (event unsubscribed)');
  });

  it('is left as the work of a library: a transport may send commands then', async () => {
    const { producer, text } = setUp();
    const seen: boolean[] = [];
    const source = new Observable<number>((subscriber) => {
      subscriber.next(1);
      return () => void seen.push(isLibraryWork(contextStorage.active()));
    });
    expect(await firstValueFrom(traceRequest(() => producer, describeRequest, source))).toBe(1);
    expect([seen, isLibraryWork(contextStorage.active())]).toEqual([[true], false]);
    expect(text()).toBe('send (event unsubscribed)');
  });

  it('is plain where no handler is left', async () => {
    expect(await lastValueFrom(traceRequest(() => undefined, describeRequest, of(1)))).toBe(1);
  });
});

describe('traceEvent', () => {
  /** As `ClientProxy.emit` does it. */
  function emitting<T>(source: Observable<T>): () => Observable<T> {
    return () => {
      const connected = connectable(source, {
        connector: () => new Subject(),
        resetOnDisconnect: false,
      });
      connected.connect();
      return connected;
    };
  }

  it('ends when the event is dispatched, without a subscriber', async () => {
    const { producer, recorder, text } = setUp();
    const dispatched: unknown[] = [];
    traceEvent(producer, sentMessage(), emitting(timer(1)), (_, result) => dispatched.push(result));
    expect(recorder.openSpans).toHaveLength(1);
    await recorder.waitForSpans(1);
    expect(text()).toBe('send');
    expect(dispatched).toEqual([0]);
  });

  it('passes values to subscribers, in their context', async () => {
    const { producer, recorder } = setUp();
    const event = traceEvent(producer, sentMessage(), emitting(timer(1)));
    const seen: unknown[] = [];
    event.subscribe((value) => seen.push([value, contextStorage.active().span]));
    expect(await lastValueFrom(event)).toBe(0);
    expect(seen).toEqual([[0, undefined]]);
    expect(recorder.takeSpans()).toHaveLength(1);
  });

  it('shows a failure, also where nobody subscribes', async () => {
    const { producer, recorder, text } = setUp();
    const failing = defer(async () => Promise.reject(new Error('no broker')));
    traceEvent(producer, sentMessage(), emitting(failing));
    await recorder.waitForSpans(1);
    expect(text()).toBe('send ERROR "no broker" exception Error');
  });

  it('passes on what emit throws', () => {
    const { producer, text } = setUp();
    const error = new Error('broken');
    expect(() =>
      traceEvent(producer, sentMessage(), () => {
        throw error;
      }),
    ).toThrow(error);
    expect(text()).toBe('send ERROR "broken" exception Error');
  });

  it.each([
    ['a cold Observable', defer(() => of(1))],
    ['a promise', Promise.resolve(1)],
    ['nothing', undefined],
  ])('ends at once for %s, and does not send again', (_, result) => {
    const { producer, text } = setUp();
    traceEvent(producer, sentMessage(), () => result as never);
    expect(text()).toBe('send');
  });
});
