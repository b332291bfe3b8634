import type { MetricAttributes } from './metric-data.js';
import type { SeriesNode } from './series-tree.js';

const isOwn = Object.prototype.hasOwnProperty;

/**
 * Goes to the node of the given attributes: a step for each key and one for each value, in the order of the object.
 * Attributes that are no strings, numbers or booleans are left out.
 *
 * @param invalid called for each attribute that is left out
 */
export function nodeOfAttributes<S>(
  root: SeriesNode<S>,
  attributes: object,
  invalid: () => void,
): SeriesNode<S> {
  let node = root;
  // Not `Object.entries`, which allocates.
  for (const key in attributes) {
    if (!isOwn.call(attributes, key)) continue;
    const value = (attributes as Record<string, unknown>)[key];
    if (isMetricValue(value)) node = node.with(key).with(value);
    else if (value !== undefined && value !== null) invalid();
  }
  return node;
}

/** The usable attributes of an object, in its order. */
export function usableAttributes(attributes: object): MetricAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => isMetricValue(value)));
}

/** The attributes of a node that {@link nodeOfAttributes} has found, which is not the overflow node. */
export function attributesOnPath(node: SeriesNode<unknown>): MetricAttributes {
  const entries: [string, unknown][] = [];
  for (let at = node; at.parent?.parent !== undefined; at = at.parent.parent) {
    entries.unshift([String(at.parent.value), at.value]);
  }
  return Object.fromEntries(entries) as MetricAttributes;
}

/** Returns a function that reads the attributes of a node below which each step is the value of the next key. */
export function attributesByKeys(
  keys: readonly string[],
): (node: SeriesNode<unknown>) => MetricAttributes {
  return (node) => {
    const values: unknown[] = [];
    for (let at = node; at.parent !== undefined; at = at.parent) values.unshift(at.value);
    const entries = values.map((value, index) => [keys[index] ?? '', value] as const);
    return Object.fromEntries(
      entries.filter(([, value]) => value !== undefined),
    ) as MetricAttributes;
  };
}

function isMetricValue(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
