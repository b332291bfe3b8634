import 'reflect-metadata';
import type { EventHandlerMethod } from '../../events/index.js';
import type { ProviderMethod } from '../provider-methods.js';

/** The metadata key of `@OnEvent` of `@nestjs/event-emitter`, on methods. */
const EVENT_LISTENER = 'EVENT_LISTENER_METADATA';

/** The metadata keys of the decorators of `@nestjs/cqrs`, on classes. */
const SAGAS = '__saga__';
const HANDLERS = [
  { key: '__commandHandler__', type: 'command', method: 'execute' },
  { key: '__queryHandler__', type: 'query', method: 'execute' },
  { key: '__eventsHandler__', type: 'event', method: 'handle' },
] as const;

/** Returns the description of a method that handles events, commands or queries; undefined for others. */
export function handlerMethodOf(method: ProviderMethod): EventHandlerMethod | undefined {
  return listenerOf(method) ?? cqrsHandlerOf(method);
}

function listenerOf({ function: listener, name }: ProviderMethod): EventHandlerMethod | undefined {
  const metadata: unknown = Reflect.getMetadata(EVENT_LISTENER, listener);
  if (metadata === undefined || metadata === null) return undefined;
  const registrations = Array.isArray(metadata) ? metadata : [metadata];
  const names = registrations.map((registration) =>
    textOf((registration as { event?: unknown } | null)?.event),
  );
  return { functionName: name, type: 'event', names };
}

function cqrsHandlerOf({ key, name, metatype }: ProviderMethod): EventHandlerMethod | undefined {
  for (const { key: metadataKey, type, method } of HANDLERS) {
    if (key !== method) continue;
    const handled: unknown = Reflect.getMetadata(metadataKey, metatype);
    if (handled === undefined) continue;
    const classes = Array.isArray(handled) ? handled : [handled];
    return { functionName: name, type, names: classes.map(nameOfClass) };
  }
  const sagas: unknown = Reflect.getMetadata(SAGAS, metatype);
  if (!Array.isArray(sagas) || !sagas.includes(key)) return undefined;
  return { functionName: name, type: 'saga', names: [] };
}

/** Returns the declared name of an event: a text, a symbol, or the parts of a name with a delimiter. */
function textOf(event: unknown): string {
  return Array.isArray(event) ? event.map(String).join('.') : String(event);
}

function nameOfClass(handled: unknown): string {
  return String((handled as { name?: unknown } | null)?.name);
}
