import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/**
 * Reads fields from carriers of several types: header objects of Node and of message brokers, Fetch
 * `Headers`, `Map`s and gRPC `Metadata`. Names are case-insensitive. Values are strings, buffers, or
 * arrays of these; other values are treated as missing. Never throws.
 *
 * @example propagator.extract(context.active(), message.headers, carrierGetter)
 */
export const carrierGetter: TextMapGetter<unknown> = {
  get(carrier, field) {
    try {
      return toText(
        hasMethod(carrier, 'get') ? fromGet(carrier, field) : fromObject(carrier, field),
      );
    } catch {
      return undefined;
    }
  },
  keys(carrier) {
    try {
      return namesOf(carrier);
    } catch {
      return [];
    }
  },
};

/**
 * Writes fields into the carriers that {@link carrierGetter} reads; ignores all other values. If the
 * carrier throws, for example because it is frozen, the error passes to the caller.
 *
 * @example propagator.inject(context.active(), message.headers, carrierSetter)
 */
export const carrierSetter: TextMapSetter<unknown> = {
  set(carrier, field, value) {
    if (hasMethod(carrier, 'set')) carrier.set(field, value);
    else if (typeof carrier === 'object' && carrier !== null) {
      (carrier as Record<string, unknown>)[field] = value;
    }
  },
};

type Keyed = Record<'get' | 'set', (field: string, value?: string) => unknown>;

function hasMethod(carrier: unknown, method: 'get' | 'set'): carrier is Keyed {
  return typeof (carrier as Partial<Keyed> | null | undefined)?.[method] === 'function';
}

/** `Headers` and `Metadata` ignore case. For a `Map`, each name is compared in lower case. */
function fromGet(carrier: Keyed, field: string): unknown {
  const value = carrier.get(field) ?? carrier.get(field.toLowerCase());
  if (!(carrier instanceof Map) || value !== undefined) return value;
  return carrier.get(nameInCarrier(carrier, field));
}

function fromObject(carrier: unknown, field: string): unknown {
  if (typeof carrier !== 'object' || carrier === null) return undefined;
  const headers = carrier as Record<string, unknown>;
  // The common case: Node's headers are in lower case.
  if (Object.hasOwn(headers, field)) return headers[field];
  const name = nameInCarrier(headers, field);
  return name === undefined ? undefined : headers[name];
}

function nameInCarrier(carrier: object, field: string): string | undefined {
  const wanted = field.toLowerCase();
  return namesOf(carrier).find((name) => name.toLowerCase() === wanted);
}

function namesOf(carrier: unknown): string[] {
  if (typeof carrier !== 'object' || carrier === null) return [];
  const { keys, getMap } = carrier as {
    keys?: () => Iterable<unknown>;
    getMap?: () => Record<string, unknown>;
  };
  if (typeof getMap === 'function') return Object.keys(getMap.call(carrier));
  const names = typeof keys === 'function' ? [...keys.call(carrier)] : Object.keys(carrier);
  return names.filter((name) => typeof name === 'string');
}

function toText(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(toText).filter((text) => typeof text === 'string');
  return texts.length === 0 ? undefined : texts;
}
