import { checkHeader, type OutgoingHeaders } from './outgoing-request.js';

/**
 * The headers of a request whose head is text already: `GET / HTTP/1.1`, one line for each header, and
 * an empty line. Node renders the head in the constructor if the headers are an array, or if there is an
 * `Expect` header.
 */
export class RenderedHead implements OutgoingHeaders {
  readonly #requestLine: string;
  readonly #lines: string[];

  constructor(head: string) {
    const [requestLine = '', ...lines] = head.split('\r\n');
    this.#requestLine = requestLine;
    this.#lines = lines.filter((line) => line !== '');
  }

  get(name: string): string | readonly string[] | undefined {
    const values = this.#lines.filter((line) => nameOf(line) === name).map(textOf);
    return values.length <= 1 ? values[0] : values;
  }

  set(name: string, value: string): void {
    checkHeader(name, value);
    this.#lines.push(`${name}: ${value}`);
  }

  delete(name: string): void {
    for (let i = this.#lines.length - 1; i >= 0; i--) {
      if (nameOf(this.#lines[i] as string) === name) this.#lines.splice(i, 1);
    }
  }

  keys(): Iterable<string> {
    return this.#lines.map(nameOf);
  }

  /** The head with all changes. */
  toString(): string {
    return `${[this.#requestLine, ...this.#lines].join('\r\n')}\r\n\r\n`;
  }
}

function nameOf(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase();
}

function textOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim();
}
