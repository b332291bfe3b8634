import type { Span } from '@opentelemetry/api';
import { isLocalSpan, type LocalSpan } from '../../context/index.js';
import { REPEATED_QUERIES } from './attributes.js';
import { QueryFold } from './query-fold.js';

/** Counts the queries of one database by the span that they stand below. */
export class EqualQueries {
  readonly #byParent = new WeakMap<LocalSpan, SiblingQueries>();

  /** @returns undefined where nothing is counted: there is no such span here, or it is not recorded */
  below(parent: Span | undefined): SiblingQueries | undefined {
    if (!isLocalSpan(parent) || !parent.isRecording()) return undefined;
    let siblings = this.#byParent.get(parent);
    if (siblings === undefined) {
      siblings = new SiblingQueries(parent);
      this.#byParent.set(parent, siblings);
    }
    return siblings;
  }
}

/** The queries below one span. */
export class SiblingQueries {
  readonly #parent: LocalSpan;
  readonly #counts = new Map<string, number>();
  readonly #folds = new Map<string, QueryFold>();

  constructor(parent: LocalSpan) {
    this.#parent = parent;
  }

  /**
   * Counts a query.
   *
   * @returns how many of that name there are; 1 for names beyond the first 100, which are not counted
   */
  add(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    if (count > 1 || this.#counts.size < MAX_NAME_COUNT) this.#counts.set(name, count);
    return count;
  }

  /** @param startSpan called if there is no span yet that the queries of that name share */
  foldOf(name: string, startSpan: () => LocalSpan): QueryFold {
    let fold = this.#folds.get(name);
    if (fold === undefined || fold.isOver) {
      fold = new QueryFold(startSpan());
      if (this.#folds.size === 0) this.#endWithParent();
      this.#folds.set(name, fold);
      this.#parent.setAttribute(REPEATED_QUERIES, [...this.#folds.keys()]);
    }
    return fold;
  }

  /** The shared spans end with their parent, because no query is known to be the last one. */
  #endWithParent(): void {
    const folds = this.#folds;
    this.#parent.beforeEnd(() => {
      for (const fold of folds.values()) fold.end();
      folds.clear();
    });
  }
}

const MAX_NAME_COUNT = 100;
