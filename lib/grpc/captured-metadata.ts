import type { Span } from '@opentelemetry/api';
import { checkStrings } from '../option-checks.js';
import type { GrpcMetadata } from './grpc-metadata.js';

/** The metadata that a user asked to see in spans. None is taken unless it is named: it holds secrets. */
export class CapturedMetadata {
  readonly #keys: readonly { readonly key: string; readonly attribute: string }[];

  /**
   * @param attributePrefix what stands before the key in the attribute
   * @param option how the user knows the list, for the message of the error
   * @param keys in any case
   * @throws TracingConfigError if it is no array of strings that are not empty
   */
  constructor(attributePrefix: string, option: string, keys: readonly string[] = []) {
    checkStrings(option, keys, 'Name the metadata to be recorded, such as ["x-tenant-id"].');
    this.#keys = keys
      .map((key) => key.trim().toLowerCase())
      .map((key) => ({ key, attribute: `${attributePrefix}${key}` }));
  }

  /** Spec: `rpc.request.metadata.<key>`, an array of strings even for one value. */
  writeTo(attributes: Record<string, unknown>, metadata: GrpcMetadata): void {
    for (const { key, attribute } of this.#keys) {
      const values = textsOf(metadata, key);
      if (values !== undefined) attributes[attribute] = values;
    }
  }

  /** As {@link writeTo}, onto a span. */
  setOn(span: Span, metadata: GrpcMetadata | null | undefined): void {
    // Handlers may end a call with anything in the place of metadata.
    if (typeof metadata?.get !== 'function') return;
    for (const { key, attribute } of this.#keys) {
      const values = textsOf(metadata, key);
      if (values !== undefined) span.setAttribute(attribute, values);
    }
  }
}

/** Binary values as they are sent: in base64. */
function textsOf(metadata: GrpcMetadata, key: string): string[] | undefined {
  const values = metadata.get(key);
  if (values.length === 0) return undefined;
  return values.map((value) => (Buffer.isBuffer(value) ? value.toString('base64') : String(value)));
}
