import { batch, computed, signal } from '@preact/signals';
import type { QueryErrorJson, TraceListJson, TracesEventJson } from '../../api/answers.js';
import type { TraceRow } from '../../api/trace-row.js';
import type { QueryError } from '../../query/tokens.js';
import { continueStream, counts } from '../state/live.js';
import { ask, askForJson, ServerError } from '../state/server.js';
import { reasonOf, showFailure, showToast } from '../state/toasts.js';
import { filterParameters, type ListAddress, listPath } from './list-address.js';
import { TraceRows } from './trace-rows.js';

/** So many rows are loaded at once: the most that the server gives. */
const PAGE_ROWS = 500;
/** A flood of traces makes the list be loaded again at most this often. */
const MIN_RELOAD_MILLIS = 1_000;

/** What the list shows, and what can be done with it. */
export class ListState {
  /** The rows that are loaded, in the order of the list. */
  readonly rows = signal<readonly TraceRow[]>([]);
  readonly hasMore = signal(false);
  /** Whether the first page of this address has been loaded. */
  readonly isLoaded = signal(false);
  /** Traces that have arrived while the list was held. */
  readonly newCount = signal(0);
  /** Whether the user has stopped the list. */
  readonly isPaused = signal(false);
  /** Whether the list is scrolled away from its top. */
  readonly isScrolled = signal(false);
  /** What is wrong with the query; the rows are those of the last good one. */
  readonly queryError = signal<QueryError | undefined>(undefined);
  /** Why the list could not be loaded. */
  readonly failure = signal<string | undefined>(undefined);
  readonly selectedId = signal<string | undefined>(undefined);
  /** The row of {@link selectedId}; -1 if it is none of the loaded ones. */
  readonly selectedIndex = computed(() => {
    const id = this.selectedId.value;
    return id === undefined ? -1 : this.rows.value.findIndex((row) => row.id === id);
  });
  /** Whether new traces wait, so that rows do not move while somebody reads them. */
  readonly isHeld = computed(
    () => this.isPaused.value || this.isScrolled.value || this.selectedId.value !== undefined,
  );
  /** Where the list was scrolled to, for those who come back to it. */
  scrollTop = 0;

  #address: ListAddress | undefined;
  #list = new TraceRows('newest');
  #loads = 0;
  #isLoadingMore = false;
  #reload: ReturnType<typeof setTimeout> | undefined;
  #loadedAtMillis = -Infinity;

  /** Shows an address: the rows of the one before stay until those of this one have come. */
  async open(address: ListAddress): Promise<void> {
    if (this.#address !== undefined && !isSame(this.#address, address)) {
      this.selectedId.value = undefined;
      this.scrollTop = 0;
      this.isScrolled.value = false;
    }
    this.#address = address;
    await this.#load();
  }

  /** Loads the current address again, at most once a second. */
  reload(): void {
    if (this.#reload !== undefined) return;
    const wait = Math.max(0, this.#loadedAtMillis + MIN_RELOAD_MILLIS - performance.now());
    this.#reload = setTimeout(() => {
      this.#reload = undefined;
      void this.#load();
    }, wait);
  }

  /** Stops following; what comes later is loaded when the list is opened again. */
  close(): void {
    clearTimeout(this.#reload);
    this.#reload = undefined;
    this.#loads++;
    continueStream();
  }

  /** Takes over an event of the stream. */
  follow(event: TracesEventJson, isSnapshot: boolean): void {
    if (isSnapshot) {
      this.reload();
      return;
    }
    this.#list.apply(event, this.isHeld.peek());
    this.#show();
  }

  /** Shows the traces that have waited, from the top. */
  release(): void {
    batch(() => {
      this.selectedId.value = undefined;
      this.isScrolled.value = false;
      this.isPaused.value = false;
    });
    this.scrollTop = 0;
    if (this.#list.hasMissed) this.reload();
    this.#list.release();
    this.#show();
  }

  /** Shows the traces that have waited, if nothing holds the list any more. */
  releaseIfFree(): void {
    if (!this.isHeld.peek() && this.#list.newCount > 0) this.release();
  }

  /** Stops the list, or lets it follow again. */
  togglePause(): void {
    if (this.isPaused.peek()) this.release();
    else this.isPaused.value = true;
  }

  /** Loads the next page, if there is one. */
  async loadMore(): Promise<void> {
    const last = this.rows.peek().at(-1);
    if (this.#isLoadingMore || !this.hasMore.peek() || last === undefined) return;
    if (this.#address === undefined) return;
    this.#isLoadingMore = true;
    const load = this.#loads;
    try {
      const path = listPath(this.#address, PAGE_ROWS, last.id);
      const { traces, after, revision } = await askForJson<TraceListJson>(path);
      if (load !== this.#loads) return;
      this.#list.append(traces, after !== undefined);
      this.#show();
      continueStream(filterParameters(this.#address), revision);
    } catch (error) {
      if (load === this.#loads) showFailure('Further traces were not loaded', error);
    } finally {
      this.#isLoadingMore = false;
    }
  }

  /** Selects the row that is some rows further; the first one if none is selected. */
  move(step: number): void {
    const { length } = this.rows.peek();
    if (length === 0) return;
    const from = this.selectedIndex.peek();
    const to = from === -1 ? 0 : Math.min(Math.max(from + step, 0), length - 1);
    this.selectedId.value = this.rows.peek()[to]?.id;
  }

  /** Selects the nearest failed trace after the selected one, or before it. @param step 1 or -1 */
  moveToFailed(step: 1 | -1): void {
    const rows = this.rows.peek();
    const from = this.selectedIndex.peek();
    for (let index = from + step; index >= 0 && index < rows.length; index += step) {
      const row = rows[index] as TraceRow;
      if (row.failedCount === 0) continue;
      this.selectedId.value = row.id;
      return;
    }
  }

  /** Marks a trace so that it stays, or takes the mark back. */
  async toggleStar({ id, isStarred }: TraceRow): Promise<void> {
    this.#list.change(id, { isStarred: !isStarred });
    this.#show();
    try {
      await ask(`/api/traces/${id}/star`, { method: isStarred ? 'DELETE' : 'PUT' });
    } catch (error) {
      this.#list.change(id, { isStarred });
      this.#show();
      showFailure('The mark was not changed', error);
    }
  }

  /** Drops all traces of the server. */
  async deleteAll(): Promise<void> {
    const kept = counts.peek()?.traces.kept ?? 0;
    try {
      await ask('/api/traces', { method: 'DELETE' });
      this.selectedId.value = undefined;
      showToast('done', `Deleted ${kept.toLocaleString('en')} traces`);
      await this.#load();
    } catch (error) {
      showFailure('The traces were not deleted', error);
    }
  }

  async #load(): Promise<void> {
    const address = this.#address;
    if (address === undefined) return;
    const load = ++this.#loads;
    this.#loadedAtMillis = performance.now();
    try {
      const answer = await askForJson<TraceListJson>(listPath(address, PAGE_ROWS));
      if (load !== this.#loads) return;
      this.#list = new TraceRows(address.order);
      this.#list.start(answer.traces, answer.after !== undefined);
      counts.value = answer.counts;
      batch(() => {
        this.queryError.value = undefined;
        this.failure.value = undefined;
        this.isLoaded.value = true;
        this.#show();
      });
      continueStream(filterParameters(address), answer.revision);
    } catch (error) {
      if (load !== this.#loads) return;
      const queryError = queryErrorOf(error);
      batch(() => {
        this.queryError.value = queryError;
        this.failure.value = queryError === undefined ? reasonOf(error) : undefined;
      });
    }
  }

  #show(): void {
    batch(() => {
      this.rows.value = this.#list.rows;
      this.hasMore.value = this.#list.hasMore;
      this.newCount.value = this.#list.newCount;
    });
  }
}

function isSame(a: ListAddress, b: ListAddress): boolean {
  return listPath(a, PAGE_ROWS) === listPath(b, PAGE_ROWS);
}

/** The answer of the server to a query that it cannot read. */
function queryErrorOf(error: unknown): QueryError | undefined {
  if (!(error instanceof ServerError) || !error.message.startsWith('{')) return undefined;
  return (JSON.parse(error.message) as QueryErrorJson).error;
}
