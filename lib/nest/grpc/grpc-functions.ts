import 'reflect-metadata';
import type { ModulesContainer } from '@nestjs/core';

/** What `@GrpcMethod()` and the like write on a method: an array of patterns. */
const PATTERN_METADATA = 'microservices:pattern';

/** A method of a controller that answers gRPC calls. */
export interface GrpcFunction {
  readonly function: object;
  /** `OrdersController.find`. */
  readonly name: string;
  /** As in the decorator: with or without its package. */
  readonly service: string;
  readonly method: string;
}

/** The methods of all controllers that answer gRPC calls. */
export function* grpcFunctionsOf(modules: ModulesContainer): Generator<GrpcFunction> {
  for (const { controllers } of modules.values()) {
    for (const { metatype } of controllers.values()) {
      if (typeof metatype === 'function') yield* functionsOf(metatype);
    }
  }
}

/**
 * Finds the name of the function behind `package.Service/Method`. Decorators may leave out the package
 * or a part of it, as Nest allows. To be asked for methods only that the server has.
 */
export function createFunctionNames(
  functions: Iterable<GrpcFunction>,
): (method: string) => string | undefined {
  const names = new Map<string, string>();
  for (const { service, method, name } of functions) names.set(`${service}/${method}`, name);
  return (method) => {
    let rest = method;
    for (;;) {
      const name = names.get(rest);
      if (name !== undefined) {
        // Found at once the next time.
        if (rest !== method) names.set(method, name);
        return name;
      }
      const dot = rest.indexOf('.');
      if (dot < 0) return undefined;
      rest = rest.slice(dot + 1);
    }
  };
}

type Class = { readonly name: string; readonly prototype: unknown };

function* functionsOf(controller: Class): Generator<GrpcFunction> {
  const seen = new Set<string>();
  let prototype = controller.prototype as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    for (const key of Object.getOwnPropertyNames(prototype)) {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
      if (seen.has(key) || typeof method !== 'function') continue;
      seen.add(key);
      for (const pattern of patternsOf(method)) {
        yield {
          function: method,
          name: `${controller.name}.${key}`,
          service: pattern.service,
          method: pattern.rpc,
        };
      }
    }
    prototype = Object.getPrototypeOf(prototype);
  }
}

interface GrpcPattern {
  readonly service: string;
  readonly rpc: string;
}

function patternsOf(method: object): GrpcPattern[] {
  const patterns: unknown = Reflect.getMetadata(PATTERN_METADATA, method);
  return (Array.isArray(patterns) ? patterns : []).filter(isGrpcPattern);
}

function isGrpcPattern(pattern: unknown): pattern is GrpcPattern {
  const { service, rpc } = (pattern ?? {}) as Partial<GrpcPattern>;
  return typeof service === 'string' && typeof rpc === 'string';
}
