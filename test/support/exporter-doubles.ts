import { Diagnostics } from '../../lib/diagnostics.js';
import type { ExportResult, SpanExporter } from '../../lib/export/index.js';
import { ExportResultCode } from '../../lib/export/index.js';
import type { ReadableSpan } from '../../lib/trace/index.js';

export type ExportCallback = (result: ExportResult) => void;

export const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };

export function failure(message: string): ExportResult {
  return { code: ExportResultCode.FAILED, error: new Error(message) };
}

/** An exporter that remembers its calls and does with each what the test says. */
export class ScriptedExporter implements SpanExporter {
  readonly batches: ReadableSpan[][] = [];
  flushCount = 0;
  shutdownCount = 0;
  /** How many exports are under way, and how many ever were at once. */
  underWay = 0;
  mostUnderWay = 0;
  maxConcurrentExports?: number;

  constructor(
    private readonly script: (
      callback: ExportCallback,
      spans: ReadableSpan[],
      index: number,
    ) => void = (callback) => callback(SUCCESS),
  ) {}

  get names(): string[][] {
    return this.batches.map((spans) => spans.map(({ name }) => name));
  }

  export(spans: ReadableSpan[], resultCallback: ExportCallback): void {
    this.batches.push(spans);
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    let isOver = false;
    const callback: ExportCallback = (result) => {
      if (!isOver) this.underWay--;
      isOver = true;
      resultCallback(result);
    };
    // Handed back as an asynchronous `export` would be.
    // biome-ignore lint/correctness/noVoidTypeReturn: an exporter may be asynchronous by mistake
    return this.script(callback, spans, this.batches.length - 1);
  }

  forceFlush(): Promise<void> {
    this.flushCount++;
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.shutdownCount++;
    return Promise.resolve();
  }
}

/** An exporter whose exports end when the test says so. */
export class HeldExporter extends ScriptedExporter {
  readonly #held: ExportCallback[];

  constructor() {
    const held: ExportCallback[] = [];
    super((callback) => held.push(callback));
    this.#held = held;
  }

  /** Ends an export that is under way: the oldest, or that after so many others. */
  release(result: ExportResult = SUCCESS, index = 0): void {
    const [callback] = this.#held.splice(index, 1);
    if (callback === undefined) throw new Error('No export is under way');
    callback(result);
  }
}

/** Diagnostics whose lines can be read. */
export class ReadDiagnostics extends Diagnostics {
  readonly lines: string[];

  constructor() {
    const lines: string[] = [];
    super({ warn: (message) => lines.push(message) });
    this.lines = lines;
  }
}
