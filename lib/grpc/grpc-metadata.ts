import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type { FieldAccess } from '../carriers/index.js';

/** The members of the `Metadata` class of `@grpc/grpc-js` that this library uses. */
export interface GrpcMetadata {
  /** Returns all values of a key, in any case. Values of keys that end in `-bin` are buffers. */
  get(key: string): unknown[];
  /** Sets a value. Throws for invalid keys and values. */
  set(key: string, value: string): void;
  /** Removes all values of a key. Does nothing if it is missing. */
  remove(key: string): void;
  /** Returns each key with its first value. */
  getMap(): Record<string, unknown>;
  /** Returns a copy with the same keys and values. */
  clone(): GrpcMetadata;
}

/** Returns the values of a key; undefined if `metadata` is not a metadata object. */
export function valuesInMetadata(
  metadata: GrpcMetadata | null | undefined,
  key: string,
): unknown[] | undefined {
  // The check is needed because a handler can send a status with any value as metadata.
  return typeof metadata?.get === 'function' ? metadata.get(key) : undefined;
}

/** Lets propagators read received metadata, except binary values. */
export const METADATA_GETTER: TextMapGetter<GrpcMetadata> = {
  get(metadata, key) {
    const values = metadata.get(key);
    // The common case: no value, or one.
    if (values.length <= 1) return typeof values[0] === 'string' ? values[0] : undefined;
    const texts = values.filter((value) => typeof value === 'string');
    return texts.length > 1 ? texts : texts[0];
  },
  keys: (metadata) => Object.keys(metadata.getMap()).filter((key) => !isBinary(key)),
};

/** Lets propagators write metadata. It replaces the values of their keys and keeps all others. */
export const METADATA_SETTER: TextMapSetter<GrpcMetadata> = {
  set: (metadata, key, value) => metadata.set(key, value),
};

/** Lets the fields of a context be removed from metadata. */
export const METADATA_ACCESS: FieldAccess<GrpcMetadata> = {
  keys: (metadata) => Object.keys(metadata.getMap()),
  remove: (metadata, key) => metadata.remove(key),
};

function isBinary(key: string): boolean {
  return key.endsWith('-bin');
}
