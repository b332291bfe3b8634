import type { AttributeValue } from '../context/index.js';

/** Converts an argument to an attribute value; undefined records no attribute. */
// biome-ignore lint/suspicious/noExplicitAny: The user declares the type of the parameter; `unknown` would not allow that.
export type ArgumentTransform = (argument: any) => AttributeValue | undefined;

/** A parameter whose argument is recorded. */
export interface AttributeMark {
  readonly index: number;
  readonly attribute: string;
  readonly transform: ArgumentTransform | undefined;
}

/** The decorated parameters of one method. */
export interface ParameterMarks {
  readonly attributes: AttributeMark[];
  /** The parameters that receive the span of the call. */
  readonly spanIndexes: number[];
}

const marksOfMethods = new WeakMap<object, Map<string | symbol, ParameterMarks>>();

/**
 * Returns the marks of a method; decorators of parameters add to them. Parameters are decorated before their
 * method, so a decorator of the method finds all marks. On other methods the marks have no effect.
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

/**
 * Returns the marks that a method has, with those of the methods that it overrides. The marks of a parameter
 * replace those that the overridden methods have for it.
 */
export function inheritedMarks(target: object, key: string | symbol): ParameterMarks {
  const attributes: AttributeMark[] = [];
  const spanIndexes: number[] = [];
  const decorated = new Set<number>();
  let owner: object | null = target;
  while (owner !== null) {
    const own = marksOfMethods.get(owner)?.get(key);
    if (own !== undefined) {
      attributes.push(...own.attributes.filter(({ index }) => !decorated.has(index)));
      spanIndexes.push(...own.spanIndexes.filter((index) => !decorated.has(index)));
      for (const { index } of own.attributes) decorated.add(index);
      for (const index of own.spanIndexes) decorated.add(index);
    }
    owner = Object.getPrototypeOf(owner);
  }
  return { attributes: attributes.sort((one, other) => one.index - other.index), spanIndexes };
}
