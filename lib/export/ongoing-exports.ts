import { contextStorage } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { ReadableSpan } from '../trace/index.js';
import { type ExportResult, ExportResultCode, type PartialExportResult } from './span-exporter.js';

/** How one exporter exports. */
export interface OngoingExportsOptions<Spans> {
  /** Exports that may be under way at once; one more fails at once. */
  readonly concurrencyLimit: number;
  readonly diagnostics: Diagnostics;
  /** Delivers spans, at least one, with tracing suppressed. All have failed where it rejects. */
  readonly deliver: (spans: Spans) => Promise<PartialExportResult>;
}

/** The exports of an exporter that are under way. Each calls back once; exports after the shutdown fail. */
export class OngoingExports<Spans extends { readonly length: number } = ReadableSpan[]> {
  readonly #options: OngoingExportsOptions<Spans>;
  readonly #underWay = new Set<Promise<void>>();
  #isShutDown = false;

  constructor(options: OngoingExportsOptions<Spans>) {
    this.#options = options;
  }

  /** Begins an export, by the contract of `SpanExporter.export`. */
  begin(spans: Spans, resultCallback: (result: ExportResult) => void): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      resultCallback({ code: ExportResultCode.FAILED, error: new Error(refusal) });
      return;
    }
    const finished: Promise<void> = contextStorage
      .runSuppressed(() => this.#deliver(spans))
      .then((result) => {
        this.#underWay.delete(finished);
        try {
          resultCallback(result);
        } catch (error) {
          this.#options.diagnostics.report('A callback of an export threw', error);
        }
      });
    this.#underWay.add(finished);
  }

  /** Resolves when the exports that are under way have called back. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Every later export fails. */
  refuseMore(): void {
    this.#isShutDown = true;
  }

  #refusal(): string | undefined {
    if (this.#isShutDown) return 'The exporter is shut down';
    const { concurrencyLimit } = this.#options;
    if (this.#underWay.size < concurrencyLimit) return undefined;
    return `${concurrencyLimit} exports are under way already`;
  }

  /** Never rejects. */
  async #deliver(spans: Spans): Promise<PartialExportResult> {
    if (spans.length === 0) return { code: ExportResultCode.SUCCESS };
    try {
      return await this.#options.deliver(spans);
    } catch (error) {
      return { code: ExportResultCode.FAILED, error: error as Error };
    }
  }
}
