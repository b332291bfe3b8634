import { isObservable, Observable, type Subscriber } from 'rxjs';
import { contextStorage, withLibraryWork } from '../../context/index.js';
import { subscribeInside, WatchedSubscriber } from '../../operation/index.js';
import type { SentMessage } from '../message-info.js';
import type { MessageProducerHandler } from './message-producer-handler.js';
import type { MessageProducerOperation } from './message-producer-operation.js';

/**
 * Returns an Observable that sends a request with each subscription, as `source` does. Each subscription
 * has an operation, which ends with the last answer, an error, or when the subscriber unsubscribes.
 *
 * @param describe creates the description of the message, for each subscription
 */
export function traceRequest<T>(
  handlerOf: () => MessageProducerHandler | undefined,
  describe: (producer: MessageProducerHandler) => SentMessage,
  source: Observable<T>,
): Observable<T> {
  return new Observable((subscriber) => {
    const producer = handlerOf();
    if (producer === undefined) return source.subscribe(subscriber);
    const operation = producer.begin(describe(producer));
    const active = contextStorage.active();
    const listener = new SendingSubscriber(subscriber, active, operation);
    return subscribeInside(source, listener, producer.contextOf(operation), active);
  });
}

/**
 * Sends an event by calling `emit`, which must begin to send at once. The operation ends when the event is
 * dispatched.
 *
 * @param emit sends the event, and returns an Observable that is connected to the sending, as
 *   `ClientProxy.emit` does
 * @param dispatched called with what the transport returned for a recorded event, before its span ends
 * @returns an Observable of the same values
 */
export function traceEvent<T>(
  producer: MessageProducerHandler,
  message: SentMessage,
  emit: () => Observable<T>,
  dispatched?: (operation: MessageProducerOperation, result: T) => void,
): Observable<T> {
  const operation = producer.begin(message);
  const context = producer.contextOf(operation);
  let result: Observable<T>;
  try {
    result = contextStorage.run(context, emit);
  } catch (error) {
    operation?.fail(error);
    throw error;
  }
  if (!isConnectable(result)) {
    // Each subscription can send, so there is no event whose end could be awaited.
    operation?.finish();
  } else if (operation?.isOpen === true) {
    result.subscribe({
      next: (value) => dispatched?.(operation, value),
      error: (error: unknown) => operation.fail(error),
      complete: () => operation.finish(),
    });
  }
  if (!isObservable(result)) return result;
  return new Observable((subscriber) => {
    const active = contextStorage.active();
    const listener = new SendingSubscriber(subscriber, active, undefined);
    return subscribeInside(result, listener, context, active);
  });
}

function isConnectable(result: unknown): boolean {
  return typeof (result as { connect?: unknown } | null | undefined)?.connect === 'function';
}

class SendingSubscriber<T> extends WatchedSubscriber<T> {
  constructor(
    destination: Subscriber<T>,
    outside: ReturnType<typeof contextStorage.active>,
    private readonly operation: MessageProducerOperation | undefined,
  ) {
    super(destination, outside);
  }

  /** What a transport then does, such as to unsubscribe from a channel of Redis, is the work of a library. */
  override unsubscribe(): void {
    contextStorage.run(withLibraryWork(contextStorage.active()), () => super.unsubscribe());
  }

  protected override failed(error: unknown): void {
    this.operation?.fail(error);
  }

  protected override completed(): void {
    this.operation?.finish();
  }

  protected override unsubscribed(): void {
    this.operation?.breakOff('unsubscribed');
  }
}
