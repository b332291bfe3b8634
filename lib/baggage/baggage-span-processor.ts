import type { BaggageEntry, Context } from '@opentelemetry/api';
import { type LocalSpan, TracingContext } from '../context/index.js';
import { Diagnostics } from '../diagnostics.js';
import { checkStrings } from '../option-checks.js';
import type { BaggageSelection } from './baggage-options.js';

/** Options of {@link BaggageSpanProcessor}. */
export interface BaggageSpanProcessorOptions {
  /** The entries to copy. */
  readonly spanAttributes: BaggageSelection;
  /** Receives a report if a function in `spanAttributes` throws. @default new Diagnostics() */
  readonly diagnostics?: Diagnostics;
}

/**
 * Copies selected baggage entries onto each span at its start, as attributes with the same keys.
 * Attributes that the span is started with take precedence. The option `baggage.spanAttributes` of
 * `TracingModule` and `createTracing` creates this processor.
 */
export class BaggageSpanProcessor {
  /** It reads spans at their start only. */
  readonly keepsSpans = false;
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

  /** Called by the tracer, with the context that contains the span's parent. */
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

  /** Does nothing. `SpanProcessor` requires the method. */
  onEnd(): void {}

  /** Does nothing. `SpanProcessor` requires the method. */
  async forceFlush(): Promise<void> {}

  /** Does nothing. `SpanProcessor` requires the method. */
  async shutdown(): Promise<void> {}

  #chooses(
    isChosen: (key: string, value: string) => boolean,
    key: string,
    { value }: BaggageEntry,
  ): boolean {
    try {
      return isChosen(key, value) === true;
    } catch (error) {
      this.#diagnostics.report('baggage.spanAttributes threw; the entry is not copied', error);
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
    'Name the entries to copy, such as ["tenant"], or pass a function of key and value.',
  );
}
