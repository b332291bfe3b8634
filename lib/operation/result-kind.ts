import type { Readable } from 'node:stream';
import { isObservable } from 'rxjs';

/** How the work behind a result ends; `value` if it ended when the function returned. */
export type ResultKind =
  | 'value'
  | 'thenable'
  | 'observable'
  | 'async iterator'
  | 'iterator'
  | 'stream'
  | 'stream holder';

/** Nest's `StreamableFile`, described without an import of Nest. */
export interface StreamHolder {
  getStream(): Readable;
}

/** Returns the kind of a result. Does not change or start the work behind it. */
export function kindOf(result: unknown): ResultKind {
  if (typeof result !== 'object' || result === null) return 'value';
  try {
    if (isThenable(result)) return 'thenable';
    // Most results: reading a missing property of objects with many shapes is slow, and the rest have classes.
    if (isPlain(Object.getPrototypeOf(result))) return 'value';
    if (isObservable(result)) return 'observable';
    if (inherits(result, asyncIteratorPrototype)) return 'async iterator';
    if (inherits(result, iteratorPrototype)) return 'iterator';
    if (isReadable(result)) return 'stream';
    return isStreamableFile(result) ? 'stream holder' : 'value';
  } catch {
    // Some objects throw when code reads a property that they do not have.
    return 'value';
  }
}

/**
 * True for the promises of async functions and of `new Promise`. Promises of subclasses can start their work
 * in `then`, and can have methods that a derived promise lacks, so they are treated as other thenables.
 */
export function isPlainPromise(value: object): value is Promise<unknown> {
  return Object.getPrototypeOf(value) === Promise.prototype;
}

function isPlain(prototype: object | null): boolean {
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function isThenable(value: object): boolean {
  return typeof (value as { then?: unknown }).then === 'function';
}

function inherits(value: object, prototype: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, value);
}

// An object that inherits from these prototypes returns itself when it is iterated over, as generators do.
// In a cursor, an own method `next` can have another meaning.
const iteratorPrototype: object = Object.getPrototypeOf(Object.getPrototypeOf([].values()));
const asyncGeneratorPrototype: object = Object.getPrototypeOf(async function* () {}.prototype);
const asyncIteratorPrototype: object = Object.getPrototypeOf(asyncGeneratorPrototype);

/**
 * True for readable streams of Node and of the package `readable-stream`. A stream that is also writable is
 * a connection, which can outlive the call, unless it is a transformation. A Duplex that cannot be written
 * to, as `Duplex.from` and `compose` create them, is readable only.
 */
function isReadable(value: object): boolean {
  const stream = value as Record<string, unknown>;
  return (
    typeof stream._readableState === 'object' &&
    typeof stream.pipe === 'function' &&
    typeof stream.on === 'function' &&
    (typeof stream.write !== 'function' ||
      typeof stream._transform === 'function' ||
      stream.writable === false)
  );
}

/** Several members, because other classes can have a `getStream` that opens a stream. */
function isStreamableFile(value: object): boolean {
  const file = value as Record<string, unknown>;
  return (
    typeof file.getStream === 'function' &&
    typeof file.getHeaders === 'function' &&
    typeof file.setErrorHandler === 'function' &&
    isReadable((value as StreamHolder).getStream())
  );
}
