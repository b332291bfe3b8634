import { EventEmitter } from 'node:events';
import { bindEmitter, contextStorage, TracingContext } from '../../context/index.js';
import type { Method } from '../stand-in.js';

const METHODS = [
  'on',
  'addListener',
  'once',
  'prependListener',
  'prependOnceListener',
  'off',
  'removeListener',
] as const satisfies (keyof EventEmitter)[];

/** The event of a client of `pg` that has sent `LISTEN`. */
const NOTIFICATION = 'notification';

/**
 * Keeps the notifications of a database out of all traces. The client emits them in the context of the code that
 * opened the connection, such as a request that is long over. Nobody knows which trace a notification belongs to.
 */
export class NotificationListeners {
  readonly #emitter: EventEmitter;

  private constructor(client: EventEmitter) {
    const emitter = new EventEmitter();
    for (const name of METHODS) {
      Object.defineProperty(emitter, name, {
        configurable: true,
        writable: true,
        value: (...values: unknown[]) => Reflect.apply(client[name], client, values),
      });
    }
    this.#emitter = bindEmitter(emitter, (listener) =>
      contextStorage.bind(TracingContext.ROOT, listener),
    );
  }

  /** @returns undefined for a client that has no events */
  static of(client: object): NotificationListeners | undefined {
    return client instanceof EventEmitter ? new NotificationListeners(client) : undefined;
  }

  /** What a method of the client does that adds or removes listeners; undefined for any other method. */
  replacementOf(
    name: PropertyKey,
    original: (values: unknown[]) => unknown,
  ): ((values: unknown[]) => unknown) | undefined {
    if (!METHODS.includes(name as never)) return undefined;
    const replacement = this.#emitter[name as 'on'] as unknown as Method;
    return (values) => (values[0] === NOTIFICATION ? replacement(...values) : original(values));
  }
}
