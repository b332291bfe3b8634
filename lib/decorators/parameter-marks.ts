import type { AttributeValue } from '../context/index.js';

/** Makes an attribute value of an argument; undefined for none. */
// biome-ignore lint/suspicious/noExplicitAny: Whoever writes one says what it takes; `unknown` would forbid that.
export type ArgumentTransform = (argument: any) => AttributeValue | undefined;

/** A parameter whose argument is recorded. */
export interface AttributeMark {
  readonly index: number;
  readonly attribute: string;
  readonly transform: ArgumentTransform | undefined;
}

/** What decorators said about the parameters of one method. */
export interface ParameterMarks {
  readonly attributes: AttributeMark[];
  /** The parameters that take the span of the call. */
  readonly spanIndexes: number[];
}

const marksOfMethods = new WeakMap<object, Map<string | symbol, ParameterMarks>>();

/**
 * The marks of a method, to be added to. Parameters are decorated before their method, so all marks
 * are there when a decorator of the method looks; on other methods nobody looks.
 *
 * @param target the prototype, or the class if the method is static
 */
export function parameterMarks(target: object, key: string | symbol): ParameterMarks {
  let methods = marksOfMethods.get(target);
  if (methods === undefined) {
    methods = new Map();
    marksOfMethods.set(target, methods);
  }
  let marks = methods.get(key);
  if (marks === undefined) {
    marks = { attributes: [], spanIndexes: [] };
    methods.set(key, marks);
  }
  return marks;
}
