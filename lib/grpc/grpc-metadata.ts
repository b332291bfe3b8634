import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/** The `Metadata` of `@grpc/grpc-js`, as far as it is needed here. */
export interface GrpcMetadata {
  /** All values of a key, in any case; those of keys that end in `-bin` are buffers. */
  get(key: string): unknown[];
  /** Throws for keys and values that cannot be sent. */
  set(key: string, value: string): void;
  /** Each key with its first value. */
  getMap(): Record<string, unknown>;
  /** A copy with the same keys and values. */
  clone(): GrpcMetadata;
}

/** The values of a key, for what reads whatever stands in the place of metadata. */
export function valuesInMetadata(
  metadata: GrpcMetadata | null | undefined,
  key: string,
): unknown[] | undefined {
  // Handlers may end a call with anything in the place of metadata.
  return typeof metadata?.get === 'function' ? metadata.get(key) : undefined;
}

/** How propagators read what came. They are not shown binary values. */
export const METADATA_GETTER: TextMapGetter<GrpcMetadata> = {
  get(metadata, key) {
    const values = metadata.get(key);
    // As nearly always: there is none, or one.
    if (values.length <= 1) return typeof values[0] === 'string' ? values[0] : undefined;
    const texts = values.filter((value) => typeof value === 'string');
    return texts.length > 1 ? texts : texts[0];
  },
  keys: (metadata) => Object.keys(metadata.getMap()).filter((key) => !isBinary(key)),
};

/** How propagators write what is sent: their keys are replaced, all others stay. */
export const METADATA_SETTER: TextMapSetter<GrpcMetadata> = {
  set: (metadata, key, value) => metadata.set(key, value),
};

function isBinary(key: string): boolean {
  return key.endsWith('-bin');
}
