import { EventEmitter } from 'node:events';
import { Duplex, PassThrough, Readable, Stream, Transform, Writable } from 'node:stream';
import { type MethodTracing, methodTracing } from './method-tracing.js';
import type { Method } from './traced-method.js';

/** Nest calls the first ones when the application starts and ends, the language the others. */
const LEFT_ALONE = [
  'constructor',
  ...['onModuleInit', 'onApplicationBootstrap', 'onModuleDestroy', 'beforeApplicationShutdown'],
  ...['onApplicationShutdown', 'then', 'toJSON', 'toString', 'toLocaleString', 'valueOf'],
];

/** The classes of Node that applications extend. */
const NODE_CLASSES: readonly unknown[] = [
  ...[EventEmitter, Stream, Readable, Writable, Duplex, Transform, PassThrough],
];

/** A method of a class with `@Traced()`. */
export interface TraceableMethod {
  readonly key: string;
  readonly method: Method;
  readonly isInherited: boolean;
  /** What a decorator of the method itself says; undefined if `@Traced()` on the class gives it a span. */
  readonly decorated: MethodTracing | undefined;
}

/**
 * Returns the methods that `@Traced()` on a class is about, in the order in which Nest finds them: own methods and
 * those of base classes, without methods of Nest's lifecycle, methods that the language calls, accessors, methods with
 * symbols as keys, and methods of JavaScript's and Node's own classes.
 *
 * @param isTracedByClass whether a method has its span by the decorator of a base class: that decorator does not
 *   count as a decorator of the method
 */
export function traceableMethods(
  prototype: object,
  includeInherited: boolean,
  isTracedByClass: (method: Method) => boolean,
): TraceableMethod[] {
  const methods: TraceableMethod[] = [];
  const seen = new Set<string>(LEFT_ALONE);
  let owner: object | null = prototype;
  while (owner !== null && !isBuiltIn(owner)) {
    for (const key of Object.getOwnPropertyNames(owner)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const { value } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
      if (typeof value !== 'function' || isClass(value)) continue;
      const decorated = isTracedByClass(value) ? undefined : methodTracing(owner, key);
      methods.push({ key, method: value, isInherited: owner !== prototype, decorated });
    }
    owner = includeInherited ? Object.getPrototypeOf(owner) : null;
  }
  return methods;
}

/** A class as a property, such as the type of something, is not called as a method. */
function isClass(fn: object): boolean {
  return Object.getOwnPropertyDescriptor(fn, 'prototype')?.writable === false;
}

function isBuiltIn(prototype: object): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  const owner: unknown = descriptor?.value;
  if (typeof owner !== 'function') return false;
  if (NODE_CLASSES.includes(owner)) return true;
  return Function.prototype.toString.call(owner).endsWith('{ [native code] }');
}
