import type { PublishedEvents } from '../../events/index.js';
import { hasMethods, memberOf, wrapMethod } from '../../operation/index.js';
import type { Method } from '../prototype-methods.js';

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
    wrapMethod(bus, 'publish', (publish, self, args) => {
      events.add(args[0]);
      return Reflect.apply(publish, self, args);
    }),
    wrapMethod(bus, 'publishAll', (publishAll, self, args) => {
      if (Array.isArray(args[0])) for (const event of args[0]) events.add(event);
      return Reflect.apply(publishAll, self, args);
    }),
    wrapMethod(subject, 'next', (next, self, args) => events.deliver(args[0], next, self, args)),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

/** Reads the accessor `subject$` last, when the object has all methods of an event bus. */
function isEventBus(candidate: object): candidate is NestEventBus {
  const methods = ['publish', 'publishAll', 'registerSagas', 'subscribe'];
  if (!hasMethods(candidate, methods)) return false;
  const { subject$ } = candidate as Partial<NestEventBus>;
  return (
    typeof subject$ === 'object' &&
    subject$ !== null &&
    typeof memberOf(subject$, 'next') === 'function'
  );
}
