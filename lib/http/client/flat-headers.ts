import { checkHeader, type OutgoingHeaders } from './outgoing-request.js';

/**
 * Headers in one array, in which each name is followed by its value: the headers of undici, and of an
 * `http.request` with an array. Changes the array.
 */
export class FlatHeaders implements OutgoingHeaders {
  readonly #list: unknown[];

  constructor(list: unknown[]) {
    this.#list = list;
  }

  get(name: string): string | readonly string[] | undefined {
    const list = this.#list;
    let found: string | string[] | undefined;
    for (let i = 0; i < list.length; i += 2) {
      if (!isName(list[i], name)) continue;
      const value = list[i + 1];
      const texts = Array.isArray(value) ? value.map(String) : String(value);
      found = found === undefined ? texts : [found, texts].flat();
    }
    return found;
  }

  set(name: string, value: string): void {
    checkHeader(name, value);
    this.#list.push(name, value);
  }

  delete(name: string): void {
    const list = this.#list;
    for (let i = list.length - 2; i >= 0; i -= 2) {
      if (isName(list[i], name)) list.splice(i, 2);
    }
  }

  *keys(): Iterable<string> {
    for (let i = 0; i < this.#list.length; i += 2) yield String(this.#list[i]);
  }
}

function isName(candidate: unknown, name: string): boolean {
  // The length is compared first: most names differ in it.
  if (typeof candidate === 'string') {
    return (
      candidate.length === name.length && (candidate === name || candidate.toLowerCase() === name)
    );
  }
  // The names of responses are buffers.
  return candidate instanceof Uint8Array && candidate.length === name.length
    ? String(candidate).toLowerCase() === name
    : false;
}
