import 'reflect-metadata';
import type { ControllerMethod } from '../controller-methods.js';

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

/** Those that answer gRPC calls, once for each call that they answer. */
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
