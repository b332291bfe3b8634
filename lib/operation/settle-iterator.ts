import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';

type Step = (this: unknown, argument?: unknown) => unknown;

export function isIterator(value: object): value is Iterator<unknown> {
  return hasMethod(value, 'next') && hasMethod(value, Symbol.iterator);
}

export function isAsyncIterator(value: object): value is AsyncIterator<unknown> {
  return hasMethod(value, 'next') && hasMethod(value, Symbol.asyncIterator);
}

/** An iterator that runs each step of `iterator` with `context` active and ends `span` with it. */
export function settleIterator<T extends object>(
  iterator: T,
  span: LocalSpan,
  context: TracingContext,
): T {
  const onStep = (step: Step, argumentList: unknown[], isLast: boolean): unknown => {
    try {
      const result = contextStorage.run(context, () => Reflect.apply(step, iterator, argumentList));
      if (isLast || isDone(result)) span.end();
      return result;
    } catch (error) {
      span.recordError(error);
      span.end();
      throw error;
    }
  };
  return stepped(iterator, onStep);
}

/** As {@link settleIterator}, for iterators whose steps are promises. */
export function settleAsyncIterator<T extends object>(
  iterator: T,
  span: LocalSpan,
  context: TracingContext,
): T {
  const onFailure = (error: unknown): never => {
    span.recordError(error);
    span.end();
    throw error;
  };
  const onStep = (step: Step, argumentList: unknown[], isLast: boolean): unknown => {
    let pending: unknown;
    try {
      pending = contextStorage.run(context, () => Reflect.apply(step, iterator, argumentList));
    } catch (error) {
      return onFailure(error);
    }
    return Promise.resolve(pending).then((result) => {
      if (isLast || isDone(result)) span.end();
      return result;
    }, onFailure);
  };
  return stepped(iterator, onStep);
}

/**
 * An object that stands for `iterator`: same prototype, so that it is an instance of the same classes
 * and has the same helpers, but its steps go through `onStep`.
 */
function stepped<T extends object>(
  iterator: T,
  onStep: (step: Step, argumentList: unknown[], isLast: boolean) => unknown,
): T {
  const stand = Object.create(Object.getPrototypeOf(iterator)) as T;
  // `return` ends the iteration even if a generator yields once more in its `finally`; `throw` may
  // be caught inside and the iteration go on.
  for (const [name, isLast] of [
    ['next', false],
    ['return', true],
    ['throw', false],
  ] as const) {
    const step = (iterator as Record<string, unknown>)[name];
    if (typeof step !== 'function') continue;
    Object.defineProperty(stand, name, {
      configurable: true,
      writable: true,
      value: (...argumentList: unknown[]) => onStep(step as Step, argumentList, isLast),
    });
  }
  for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
    if (!hasMethod(iterator, symbol)) continue;
    Object.defineProperty(stand, symbol, { configurable: true, value: () => stand });
  }
  return stand;
}

function isDone(result: unknown): boolean {
  return (
    typeof result === 'object' &&
    result !== null &&
    (result as IteratorResult<unknown>).done === true
  );
}

function hasMethod(value: object, name: PropertyKey): boolean {
  return typeof (value as Record<PropertyKey, unknown>)[name] === 'function';
}
