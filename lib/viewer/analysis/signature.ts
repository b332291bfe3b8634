import { Fact, NO_FACT } from './facts.js';
import type { TraceColumns } from './trace-columns.js';

/** Which calls of a trace are equal but for their values: equal calls have equal numbers. */
export class CallSignatures {
  readonly #trace: TraceColumns;
  readonly #normalized = new Map<number, string>();
  /** The ids of signatures, and of rows that were asked for: rules ask several times. */
  readonly #ids = new Map<string, number>();
  readonly #known: (number | undefined)[] = [];
  /** What calls do, by the index of the text that tells it. */
  readonly #verbs = new Map<number, string>();

  constructor(trace: TraceColumns) {
    this.#trace = trace;
  }

  /**
   * What a span calls: the summary of a query, else its text without values; the method and the template of
   * a URL, else its path without ids; the method of an RPC; the destination of a message. Else its name.
   */
  of(row: number): number {
    const known = this.#known[row] ?? this.#idOf(this.#compute(row));
    this.#known[row] = known;
    return known;
  }

  /** The same, with the values that a span shows: equal for calls that are probably the same. */
  identityOf(row: number): number {
    const { facts } = this.#trace;
    const url = facts.valueOf(row, Fact.URL_FULL);
    const text = facts.valueOf(row, Fact.DB_TEXT);
    const parameters = facts.valueOf(row, Fact.DB_PARAMETERS);
    return this.#idOf(`identity ${this.of(row)} ${url} ${text} ${parameters}`);
  }

  /** `SELECT` of a query, `GET` of a request: what a call does, in upper case. */
  verbOf(row: number): string {
    const { facts, strings, names } = this.#trace;
    const method = facts.valueOf(row, Fact.HTTP_METHOD);
    const text = facts.valueOf(row, Fact.DB_TEXT);
    const summary = facts.valueOf(row, Fact.DB_SUMMARY);
    const name = names[row] as number;
    const source = [method, text, summary].find((value) => value !== NO_FACT) ?? name;
    const known = this.#verbs.get(source);
    if (known !== undefined) return known;
    const verb = (/^\s*\(*\s*(\w+)/.exec(strings[source] as string)?.[1] ?? '').toUpperCase();
    this.#verbs.set(source, verb);
    return verb;
  }

  #idOf(signature: string): number {
    const known = this.#ids.get(signature) ?? this.#ids.size;
    this.#ids.set(signature, known);
    return known;
  }

  #compute(row: number): string {
    const { facts, services, names } = this.#trace;
    const get = (fact: Fact): number => facts.valueOf(row, fact);
    const service = services[row] as number;
    const system = get(Fact.DB_SYSTEM);
    const summary = get(Fact.DB_SUMMARY);
    const text = get(Fact.DB_TEXT);
    if (summary !== NO_FACT) return `${service} db ${system} ${summary}`;
    if (text !== NO_FACT) return `${service} db ${system} ${this.#withoutValues(text)}`;
    const method = get(Fact.HTTP_METHOD);
    if (method !== NO_FACT) {
      const template = get(Fact.URL_TEMPLATE);
      const address = get(Fact.SERVER_ADDRESS);
      if (template !== NO_FACT) return `${service} http ${method} ${address} ${template}`;
      const url = get(Fact.URL_FULL);
      if (url !== NO_FACT) return `${service} http ${method} ${this.#withoutIds(url)}`;
    }
    const rpc = get(Fact.RPC_METHOD);
    if (rpc !== NO_FACT) return `${service} rpc ${rpc}`;
    const destination = get(Fact.MESSAGING_DESTINATION);
    return `${service} ${names[row]} ${destination}`;
  }

  #withoutValues(index: number): string {
    return this.#normalize(index, (text) =>
      text
        .replace(/'(?:[^']|'')*'/g, '?')
        .replace(/\b\d+(?:\.\d+)?\b/g, '?')
        .replace(/\?(?:\s*,\s*\?)+/g, '?'),
    );
  }

  #withoutIds(index: number): string {
    return this.#normalize(index, (url) =>
      url
        .replace(/[?#].*$/s, '')
        .replace(/\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})(?=\/|$)/gi, '/#'),
    );
  }

  #normalize(index: number, change: (text: string) => string): string {
    const known = this.#normalized.get(index);
    if (known !== undefined) return known;
    const normalized = change(this.#trace.strings[index] as string);
    this.#normalized.set(index, normalized);
    return normalized;
  }
}
