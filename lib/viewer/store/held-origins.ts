import type { SkimmedOrigin, SkimmedSpan, SpanReceiver } from '../otlp/skim-spans.js';
import type { Origin, OriginTable } from './origin-table.js';

/** Gives the spans of a request with their origins, which are held until {@link release}. */
export class HeldOrigins implements SpanReceiver {
  readonly #table: OriginTable;
  readonly #receive: (span: SkimmedSpan, origin: Origin) => void;
  readonly #begin: ((origin: Origin) => void) | undefined;
  readonly #held: Origin[] = [];

  /**
   * @param receive called for each span
   * @param begin called for each scope before its spans, also without spans
   */
  constructor(
    table: OriginTable,
    receive: (span: SkimmedSpan, origin: Origin) => void,
    begin?: (origin: Origin) => void,
  ) {
    this.#table = table;
    this.#receive = receive;
    this.#begin = begin;
  }

  beginScope(skimmed: SkimmedOrigin): void {
    const origin = this.#table.hold(skimmed);
    this.#held.push(origin);
    this.#begin?.(origin);
  }

  receive(span: SkimmedSpan): void {
    this.#receive(span, this.#held.at(-1) as Origin);
  }

  release(): void {
    for (const origin of this.#held) this.#table.release(origin);
  }
}
