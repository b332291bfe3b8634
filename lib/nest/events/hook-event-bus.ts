import type { PublishedEvents } from '../../events/index.js';
import type { Method } from '../prototype-methods.js';
import { memberOf } from '../provider-instances.js';
import { replaceMethod } from '../provider-methods.js';

/** The used members of the `EventBus` of `@nestjs/cqrs`. */
interface NestEventBus {
  readonly subject$: object;
  publish: Method;
  publishAll: Method;
}

/**
 * Makes the handlers and sagas of an `EventBus` run in the context in which their event was published.
 * Ignores other objects.
 *
 * @returns a function that removes the hook; undefined if `candidate` is not an `EventBus`
 */
export function hookEventBus(candidate: object, events: PublishedEvents): (() => void) | undefined {
  if (!isEventBus(candidate)) return undefined;
  const bus = candidate;
  const subject = bus.subject$;
  const restores = [
    replaceWith(bus, 'publish', (publish, self, args) => {
      events.add(args[0]);
      return Reflect.apply(publish, self, args);
    }),
    replaceWith(bus, 'publishAll', (publishAll, self, args) => {
      if (Array.isArray(args[0])) for (const event of args[0]) events.add(event);
      return Reflect.apply(publishAll, self, args);
    }),
    replaceWith(subject, 'next', (next, self, args) => events.deliver(args[0], next, self, args)),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

function replaceWith(
  target: object,
  key: string,
  call: (original: Method, self: unknown, args: unknown[]) => unknown,
): () => void {
  const original = memberOf(target, key) as Method;
  return replaceMethod({ target, key, function: original }, function (this: unknown, ...args) {
    return call(original, this, args);
  });
}

/** Reads the accessor `subject$` last, when the object has all methods of an event bus. */
function isEventBus(candidate: object): candidate is NestEventBus {
  const methods = ['publish', 'publishAll', 'registerSagas', 'subscribe'];
  if (!methods.every((key) => typeof memberOf(candidate, key) === 'function')) return false;
  const { subject$ } = candidate as Partial<NestEventBus>;
  return (
    typeof subject$ === 'object' &&
    subject$ !== null &&
    typeof memberOf(subject$, 'next') === 'function'
  );
}
