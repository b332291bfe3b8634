import type { AttributeValue as ApiAttributeValue } from '@opentelemetry/api';

/**
 * A value that spans record: a string, a number, a boolean, or an array of one of these types.
 *
 * `AttributeValue` of `@opentelemetry/api` is `unknown` from 1.10 on, so the compiler would accept
 * values that are not recorded. Spec: `common/README.md#attribute`.
 */
export type AttributeValue =
  | string
  | number
  | boolean
  | (string | null | undefined)[]
  | (number | null | undefined)[]
  | (boolean | null | undefined)[];

/**
 * Attributes as a flat list: key, value, key, value. Writing six attributes costs a third of the time of
 * an object with varying keys, and an encoder reads them in order without key lookups.
 */
export type AttributeList = (string | ApiAttributeValue)[];
