import type { SeriesPath } from '../context/index.js';
import type { MetricAttributes } from './metric-data.js';

type SeriesValue = string | number | boolean | undefined;

/** No value is equal to it. */
const NOTHING = Symbol('nothing');

/** The attributes of the series that takes the values of all series above the limit. Spec: `metrics/sdk.md#overflow-attribute`. */
export const OVERFLOW_ATTRIBUTES: MetricAttributes = Object.freeze({
  'otel.metric.overflow': true,
});

/**
 * A place in the tree of the series of a metric: each value on the way from the root is one look-up. No text is put
 * together and nothing is created for a series that exists.
 */
export class SeriesNode<S> implements SeriesPath {
  /** Undefined until {@link SeriesTree.seriesAt} has created it. */
  series: S | undefined = undefined;
  /** Only of the node that stands for all nodes above the limit. */
  isOverflow = false;
  // TypeScript's `private`, not `#`: these are read for each value of each record.
  // The child of the previous call: most operations of a process are like the one before.
  private lastValue: unknown = NOTHING;
  private lastChild: SeriesNode<S> | undefined = undefined;
  private children: Map<unknown, SeriesNode<S>> | undefined = undefined;

  constructor(
    private readonly tree: SeriesTree<S>,
    readonly parent: SeriesNode<S> | undefined,
    readonly value: SeriesValue,
  ) {}

  with(value: SeriesValue): SeriesNode<S> {
    if (value === this.lastValue) return this.lastChild as SeriesNode<S>;
    if (this.isOverflow) return this;
    const child = this.children?.get(value) ?? this.createChild(value);
    this.lastValue = value;
    this.lastChild = child;
    return child;
  }

  private createChild(value: SeriesValue): SeriesNode<S> {
    const child = this.tree.createNode(this, value);
    if (!child.isOverflow) {
      this.children ??= new Map();
      this.children.set(value, child);
    }
    return child;
  }
}

/** How many nodes a tree has at most for each of its series. */
const MAX_NODES_PER_SERIES = 32;

/**
 * All series of one metric, of bounded number. When the limit is reached, series that exist take values as before, and
 * the overflow series takes those of all others.
 *
 * Spec: `metrics/sdk.md#cardinality-limits`.
 */
export class SeriesTree<S> {
  readonly root: SeriesNode<S>;
  readonly #create: (attributes: MetricAttributes) => S;
  readonly #maxSeriesCount: number;
  readonly #overflowed: () => void;
  readonly #overflowNode: SeriesNode<S>;
  /** By the sorted attributes: paths with the same attributes in another order lead to the same series. */
  readonly #series = new Map<string, S>();
  #nodeCount = 0;

  /**
   * @param create makes a series, once for each set of attributes
   * @param maxSeriesCount the overflow series included, at least 1
   * @param overflowed called when the limit is reached
   */
  constructor(
    create: (attributes: MetricAttributes) => S,
    maxSeriesCount: number,
    overflowed: () => void,
  ) {
    this.#create = create;
    this.#maxSeriesCount = maxSeriesCount;
    this.#overflowed = overflowed;
    this.root = new SeriesNode(this, undefined, undefined);
    this.#overflowNode = new SeriesNode(this, undefined, undefined);
    this.#overflowNode.isOverflow = true;
  }

  /** In the order of their creation. */
  get all(): Iterable<S> {
    return this.#series.values();
  }

  /** Returns the series at a node whose attributes are the given ones. */
  seriesAt(node: SeriesNode<S>, attributesOf: (node: SeriesNode<S>) => MetricAttributes): S {
    node.series ??= node.isOverflow ? this.#overflowSeries() : this.find(attributesOf(node));
    return node.series;
  }

  /** Returns the series with the attributes, or the overflow series. */
  find(attributes: MetricAttributes): S {
    const key = seriesKeyOf(attributes);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= this.#maxSeriesCount - 1) return this.#overflowSeries();
    const series = this.#create(attributes);
    this.#series.set(key, series);
    return series;
  }

  /** For {@link SeriesNode}. */
  createNode(parent: SeriesNode<S>, value: SeriesValue): SeriesNode<S> {
    // The nodes of series that overflow must not grow without limit either.
    if (
      this.#nodeCount >= this.#maxSeriesCount * MAX_NODES_PER_SERIES ||
      this.#series.size >= this.#maxSeriesCount - 1
    ) {
      return this.#overflowNode;
    }
    this.#nodeCount++;
    return new SeriesNode(this, parent, value);
  }

  #overflowSeries(): S {
    let series = this.#series.get(OVERFLOW_KEY);
    if (series === undefined) {
      this.#overflowed();
      series = this.#create(OVERFLOW_ATTRIBUTES);
      this.#series.set(OVERFLOW_KEY, series);
    }
    return series;
  }
}

/** Equal for the same attributes in any order, and for no others. */
export function seriesKeyOf(attributes: MetricAttributes): string {
  const keys = Object.keys(attributes).sort();
  return JSON.stringify(keys.map((key) => [key, typeof attributes[key], String(attributes[key])]));
}

export const OVERFLOW_KEY: string = seriesKeyOf(OVERFLOW_ATTRIBUTES);
