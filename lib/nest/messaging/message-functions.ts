import 'reflect-metadata';
import type { ControllerMethod } from '../controller-methods.js';

/** The metadata keys of `@MessagePattern()` and `@EventPattern()`. */
const PATTERN_METADATA = 'microservices:pattern';
const HANDLER_METADATA = 'microservices:handler_type';

/** A method of a controller that handles messages. */
export interface MessageFunction {
  readonly function: object;
  /** Such as `OrdersController.place`. */
  readonly name: string;
  /** The patterns as the decorator contains them. */
  readonly patterns: readonly unknown[];
}

/** Returns the methods that handle messages. Methods for gRPC are among them, if there are any. */
export function messageFunctionsOf(methods: readonly ControllerMethod[]): MessageFunction[] {
  return methods.flatMap(({ function: method, name }) => {
    if (Reflect.getMetadata(HANDLER_METADATA, method) === undefined) return [];
    const patterns: unknown = Reflect.getMetadata(PATTERN_METADATA, method);
    return [{ function: method, name, patterns: Array.isArray(patterns) ? patterns : [] }];
  });
}

/**
 * Returns a function that finds the name of the method for a pattern. It finds none if several methods
 * have the same pattern.
 *
 * @param normalize converts a pattern as the server of Nest does
 */
export function createPatternNames(
  functions: readonly MessageFunction[],
  normalize: (pattern: unknown) => string,
): (pattern: string) => string | undefined {
  const names = new Map<string, string | undefined>();
  for (const { name, patterns } of functions) {
    for (const pattern of patterns) {
      const text = normalize(pattern);
      names.set(text, names.has(text) ? undefined : name);
    }
  }
  return (pattern) => names.get(pattern);
}
