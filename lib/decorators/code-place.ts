import { fileURLToPath } from 'node:url';
import type { Attributes } from '@opentelemetry/api';

// Semantic conventions 1.45.0, `docs/registry/attributes/code.md`.
const CODE_FILE_PATH = 'code.file.path';
const CODE_LINE_NUMBER = 'code.line.number';
const CODE_COLUMN_NUMBER = 'code.column.number';

const FRAME = /^\s*at (?:.*? \()?(.+?):(\d+):(\d+)\)?$/m;

/**
 * The place of a decorator in the code. The stack is captured once, when the decorator is created, which costs some
 * microseconds. Its text is made when a span is to have the place: with source maps, Node reads the map of the file
 * for it. Until then the stack keeps one frame, that of the module which declares the class and outlives it anyway.
 */
export class CodePlace {
  #captured: { readonly stack?: unknown } | undefined;
  #attributes: Attributes | undefined;

  /** @param decorator the function that the frames above its own call are left out of */
  constructor(decorator: (...args: never) => unknown) {
    const captured = {};
    const { stackTraceLimit } = Error;
    // Not by assignment: where the built-in objects are frozen, that would throw.
    Reflect.set(Error, 'stackTraceLimit', 1);
    Error.captureStackTrace(captured, decorator);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    this.#captured = captured;
  }

  /** File, line and column; empty where the stack does not tell them. */
  get attributes(): Attributes {
    if (this.#attributes === undefined) {
      this.#attributes = placeIn(this.#captured);
      this.#captured = undefined;
    }
    return this.#attributes;
  }
}

function placeIn(captured: { readonly stack?: unknown } | undefined): Attributes {
  try {
    // A custom `Error.prepareStackTrace` can return any value, and throw.
    const stack = captured?.stack;
    const match = typeof stack === 'string' ? FRAME.exec(stack) : null;
    if (match === null) return {};
    const [, file = '', line, column] = match;
    return {
      [CODE_FILE_PATH]: file.startsWith('file:') ? fileURLToPath(file) : file,
      [CODE_LINE_NUMBER]: Number(line),
      [CODE_COLUMN_NUMBER]: Number(column),
    };
  } catch {
    return {};
  }
}
