import type { Span } from '@opentelemetry/api';
import { isLocalSpan, type LocalSpan } from '../../context/index.js';
import { REPEATED_QUERIES } from '../attributes.js';
import { QueryFold } from './query-fold.js';

/** Counts the queries of one database by their parent span. */
export class EqualQueries {
  readonly #byParent = new WeakMap<LocalSpan, SiblingQueries>();

  /** @returns undefined if there is no parent, or it is not recorded: its queries are not counted */
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
   * @returns the number of queries with that name; always 1 for names after the first 100
   */
  add(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    if (count > 1 || this.#counts.size < MAX_NAME_COUNT) this.#counts.set(name, count);
    return count;
  }

  /**
   * @param startSpan called if the queries with that name have no shared span yet
   * @param startMonotonicMillis the start of that span, if it has begun earlier
   */
  foldOf(name: string, startSpan: () => LocalSpan, startMonotonicMillis?: number): QueryFold {
    let fold = this.#folds.get(name);
    if (fold === undefined || fold.isOver) {
      fold = new QueryFold(startSpan(), startMonotonicMillis);
      if (this.#folds.size === 0) this.#endWithParent();
      this.#folds.set(name, fold);
      this.#parent.setAttribute(REPEATED_QUERIES, [...this.#folds.keys()]);
    }
    return fold;
  }

  /** Shared spans end with their parent: which query is the last one is unknown. */
  #endWithParent(): void {
    const folds = this.#folds;
    this.#parent.beforeEnd(() => {
      for (const fold of folds.values()) fold.end();
      folds.clear();
    });
  }
}

const MAX_NAME_COUNT = 100;
