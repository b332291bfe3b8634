import 'reflect-metadata';
import type { ControllerMethod } from '../controller-methods.js';

/** The metadata key under which `@GrpcMethod()` and similar decorators store an array of patterns. */
const PATTERN_METADATA = 'microservices:pattern';

/** A method of a controller that handles gRPC calls. */
export interface GrpcFunction {
  readonly function: object;
  /** Such as `OrdersController.find`. */
  readonly name: string;
  /** The service as the decorator names it, with or without the package. */
  readonly service: string;
  readonly method: string;
}

/** Returns the methods that handle gRPC calls, with one entry for each gRPC method of the decorators. */
export function grpcFunctionsOf(methods: readonly ControllerMethod[]): GrpcFunction[] {
  return methods.flatMap(({ function: method, name }) =>
    patternsOf(method).map(({ service, rpc }) => ({
      function: method,
      name,
      service,
      method: rpc,
    })),
  );
}

/**
 * Returns a function that finds the handler's name for `package.Service/Method`. Nest allows decorators
 * to omit the package or a part of it. Call the function only for methods that the server has, because
 * it caches results.
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
        // Caches the full name for the next call.
        if (rest !== method) names.set(method, name);
        return name;
      }
      const dot = rest.indexOf('.');
      if (dot < 0) return undefined;
      rest = rest.slice(dot + 1);
    }
  };
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
