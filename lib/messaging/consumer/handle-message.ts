import { isObservable, Observable, type Subscriber } from 'rxjs';
import { contextStorage, type TracingContext } from '../../context/index.js';
import { subscribeInside, WatchedSubscriber } from '../../operation/index.js';
import type { MessageConsumerHandler } from './message-consumer-handler.js';
import type { MessageConsumerOperation } from './message-consumer-operation.js';

/**
 * Calls the handler of a message in the context of its operation, and ends the operation when the
 * handler's result is over: a value, a promise, an Observable, or a promise of an Observable. What the
 * handler throws, rejects or emits passes unchanged.
 *
 * @param operation undefined if the message is not traced: the handler runs with tracing suppressed
 * @returns the result, or a replacement that behaves like it
 */
export function handleMessage(
  consumer: MessageConsumerHandler,
  operation: MessageConsumerOperation | undefined,
  handle: (...args: never[]) => unknown,
  self: unknown,
  args: readonly unknown[],
): unknown {
  const context = consumer.contextOf(operation);
  let result: unknown;
  try {
    result = contextStorage.call(context, handle, self, args);
  } catch (error) {
    operation?.fail(error);
    throw error;
  }
  if (!(result instanceof Promise)) return settle(result, operation, context);
  return result.then(
    (value: unknown) => settle(value, operation, context),
    (error: unknown) => {
      operation?.fail(error);
      throw error;
    },
  );
}

function settle(
  result: unknown,
  operation: MessageConsumerOperation | undefined,
  context: TracingContext,
): unknown {
  if (isObservable(result)) return settleAnswers(result, operation, context);
  operation?.finish();
  return result;
}

/** Only the first subscription ends the operation: Nest subscribes once. */
function settleAnswers(
  answers: Observable<unknown>,
  operation: MessageConsumerOperation | undefined,
  context: TracingContext,
): Observable<unknown> {
  const settled = new Observable<unknown>((subscriber) => {
    const active = contextStorage.active();
    if (operation !== undefined) collected.unregister(operation);
    const listener = new AnswerSubscriber(subscriber, active, operation);
    return subscribeInside(answers, listener, context, active);
  });
  // A transport of the user may never subscribe. Without this, the operation would stay open.
  if (operation?.isOpen === true) collected.register(settled, operation, operation);
  return settled;
}

const collected = new FinalizationRegistry<MessageConsumerOperation>((operation) =>
  operation.breakOff('abandoned'),
);

class AnswerSubscriber extends WatchedSubscriber<unknown> {
  constructor(
    destination: Subscriber<unknown>,
    outside: TracingContext,
    private readonly operation: MessageConsumerOperation | undefined,
  ) {
    super(destination, outside);
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
