import type { BaggageEntry, Context } from '@opentelemetry/api';
import { type LocalSpan, TracingContext } from '../context/index.js';
import { Diagnostics } from '../diagnostics.js';
import { checkStrings } from '../option-checks.js';
import type { BaggageSelection } from './baggage-options.js';

/** What {@link BaggageSpanProcessor} copies, and who hears of trouble. */
export interface BaggageSpanProcessorOptions {
  /** The entries to copy. */
  readonly spanAttributes: BaggageSelection;
  /** Hears of a function in `spanAttributes` that throws. @default new Diagnostics() */
  readonly diagnostics?: Diagnostics;
}

/**
 * Copies chosen baggage entries onto each span that starts, as attributes of the same key; what the
 * span was started with wins. The option `baggage.spanAttributes` of `TracingModule` makes one; give
 * one to `createTracing` among its `spanProcessors`.
 */
export class BaggageSpanProcessor {
  readonly #keys: readonly string[];
  readonly #isChosen: ((key: string, value: string) => boolean) | undefined;
  readonly #diagnostics: Diagnostics;

  /** @throws TracingConfigError if `spanAttributes` is neither keys nor a function */
  constructor(options: BaggageSpanProcessorOptions) {
    const selection = checkSelection(options?.spanAttributes);
    this.#keys = typeof selection === 'function' ? [] : [...selection];
    this.#isChosen = typeof selection === 'function' ? selection : undefined;
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
  }

  /** Called by the tracer, with the context that the span's parent was looked up in. */
  onStart(span: LocalSpan, parentContext: Context): void {
    const { baggage } = TracingContext.from(parentContext);
    if (baggage === undefined) return;
    if (this.#isChosen === undefined) {
      for (const key of this.#keys) copy(span, key, baggage.getEntry(key));
      return;
    }
    for (const [key, entry] of baggage.getAllEntries()) {
      if (this.#chooses(this.#isChosen, key, entry)) copy(span, key, entry);
    }
  }

  /** Part of the contract. */
  onEnd(): void {}

  /** Part of the contract. */
  async forceFlush(): Promise<void> {}

  /** Part of the contract. */
  async shutdown(): Promise<void> {}

  #chooses(
    isChosen: (key: string, value: string) => boolean,
    key: string,
    { value }: BaggageEntry,
  ): boolean {
    try {
      return isChosen(key, value) === true;
    } catch (error) {
      this.#diagnostics.report('baggage.spanAttributes threw; its entry is not copied', error);
      return false;
    }
  }
}

function copy(span: LocalSpan, key: string, entry: BaggageEntry | undefined): void {
  if (entry === undefined) return;
  if (!Object.hasOwn(span.attributes, key)) span.setAttribute(key, entry.value);
}

function checkSelection(selection: BaggageSelection): BaggageSelection {
  if (typeof selection === 'function') return selection;
  return checkStrings(
    'baggage.spanAttributes',
    selection,
    'Name the entries to copy, such as ["tenant"], or give a function of key and value.',
  );
}
