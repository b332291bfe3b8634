import { signal } from '@preact/signals';
import type { RunJson, TracesEventJson, ViewerJson } from '../../api/answers.js';
import { askForJson } from '../state/server.js';

/** The starts of the viewer that have traces: more than those of the rows that are loaded. */
export class ListRuns {
  /** From the first to the latest; empty until the server has answered. */
  readonly runs = signal<readonly RunJson[]>([]);
  #isLoading = false;

  /** Asks the server. Where it does not answer, those that are known stay. */
  async load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      this.runs.value = (await askForJson<ViewerJson>('/api/viewer')).runs;
    } catch {
      // The list says that the server does not answer.
    } finally {
      this.#isLoading = false;
    }
  }

  /** Asks again if an event is about a run that is not known, or if so much has changed that it does not say what. */
  follow({ rows }: TracesEventJson, isSnapshot: boolean): void {
    const known = new Set(this.runs.peek().map(({ run }) => run));
    if (isSnapshot || rows.some(({ run }) => !known.has(run))) void this.load();
  }
}
