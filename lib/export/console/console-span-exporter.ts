import { performance } from 'node:perf_hooks';
import { runSuppressed } from '../../context/suppressed.js';
import { checkChoice } from '../../option-checks.js';
import type { ReadableSpan } from '../../trace/index.js';
import { type ExportResult, ExportResultCode, type SpanExporter } from '../span-exporter.js';
import { renderTrace } from './render-trace.js';
import { toSpanLine } from './span-line.js';
import { type CollectedTrace, TraceBuffer } from './trace-buffer.js';
import { toTraceRecord } from './trace-record.js';

/** A stream that lines can be written to, as `process.stdout` is one. */
export interface ConsoleStream {
  /** Writes a text, and calls back when it is written or has failed. */
  write(text: string, callback: (error?: Error | null) => void): unknown;
  /** True for a terminal. @default false */
  readonly isTTY?: boolean;
  /** Columns of the terminal. @default 100 */
  readonly columns?: number;
  /** Whether the terminal shows that many colours, and the user wants them (`NO_COLOR`). */
  hasColors?(count: number): boolean;
  /** Listens for an error of the stream. */
  once?(event: 'error', listener: (error: Error) => void): unknown;
  /** Stops listening for an error of the stream. */
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** Where and how spans are shown. */
export interface ConsoleSpanExporterOptions {
  /**
   * `tree`: a finished trace as an indented tree. `json`: a line a span.
   * @default 'tree' on a terminal, 'json' elsewhere
   */
  readonly format?: 'tree' | 'json';
  /** @default process.stdout */
  readonly stream?: ConsoleStream;
}

/** How long a stream that accepted a text may take to say that it is written. */
const MAX_WRITE_MILLIS = 100;
const MAX_WAITING_SPANS = 10_000;
const MAX_WAITING_MILLIS = 30_000;
const DEFAULT_WIDTH = 100;
/** On a wide terminal a bar that reaches to its edge is far from its name. */
const MAX_WIDTH = 140;

/**
 * Shows spans on the console. A trace is drawn when the span has come that began it in this process;
 * spans that wait for it longer than 30 s, or with more than 10,000 others, are drawn as a partial
 * trace.
 *
 * @example
 * new SimpleSpanProcessor(new ConsoleSpanExporter())
 */
export class ConsoleSpanExporter implements SpanExporter {
  readonly #stream: ConsoleStream;
  readonly #format: 'tree' | 'json';
  readonly #traces = new TraceBuffer({
    maxSpanCount: MAX_WAITING_SPANS,
    maxAgeMillis: MAX_WAITING_MILLIS,
  });
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;
  /** False for a stream that once took a text and did not call back. */
  #callsBack = true;

  /** @throws TracingConfigError for a format that is none of both */
  constructor(options: ConsoleSpanExporterOptions = {}) {
    this.#stream = options.stream ?? process.stdout;
    this.#format = checkChoice(
      'ConsoleSpanExporter.format',
      options.format,
      this.#stream.isTTY === true ? 'tree' : 'json',
      ['tree', 'json'],
    );
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this.#isShutDown) {
      const error = new Error('The exporter is shut down');
      resultCallback({ code: ExportResultCode.FAILED, error });
      return;
    }
    let text: string;
    try {
      text = this.#format === 'json' ? lines(spans.map(toSpanLine)) : this.#drawFinished(spans);
    } catch (error) {
      resultCallback({ code: ExportResultCode.FAILED, error: error as Error });
      return;
    }
    this.#write(text, (error) =>
      resultCallback(
        error === undefined
          ? { code: ExportResultCode.SUCCESS }
          : { code: ExportResultCode.FAILED, error },
      ),
    );
  }

  /** Draws what still waits for the rest of its trace. */
  forceFlush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#draw(this.#traces.takeAll());
    return new Promise((resolve) => this.#write(text, () => resolve()));
  }

  shutdown(): Promise<void> {
    this.#isShutDown = true;
    return this.forceFlush();
  }

  #drawFinished(spans: readonly ReadableSpan[]): string {
    const nowMillis = performance.now();
    for (const span of spans) this.#traces.add(toTraceRecord(span), nowMillis);
    const finished: CollectedTrace[] = [];
    for (const span of spans) {
      const { parentSpanContext } = span;
      if (parentSpanContext !== undefined && parentSpanContext.isRemote !== true) continue;
      const { traceId, spanId } = span.spanContext();
      finished.push(this.#traces.takeBelow(traceId, spanId));
    }
    finished.push(...this.#traces.takeOverdue(nowMillis));
    this.#watchAge();
    return this.#draw(finished);
  }

  #draw(traces: readonly CollectedTrace[]): string {
    const stream = this.#stream;
    const colors = stream.isTTY === true && stream.hasColors?.(16) === true;
    const width = Math.min(stream.columns ?? DEFAULT_WIDTH, MAX_WIDTH);
    return traces
      .filter(({ records }) => records.length > 0)
      .map(({ records, isPartial }) => {
        const remark = isPartial ? 'partial: its first span has not ended' : undefined;
        return lines([...renderTrace(records, { width, colors, ...(remark && { remark }) }), '']);
      })
      .join('');
  }

  /** Spans whose trace never ends must come out even if no more spans come. */
  #watchAge(): void {
    if (this.#traces.isEmpty || this.#timer !== undefined) return;
    const dueMillis = performance.now() + MAX_WAITING_MILLIS;
    this.#timer = runSuppressed(() =>
      setTimeout(() => {
        this.#timer = undefined;
        this.#write(this.#draw(this.#traces.takeOverdue(dueMillis)), () => this.#watchAge());
      }, MAX_WAITING_MILLIS).unref(),
    );
  }

  /**
   * Writes, and calls back once. A stream that fails must not end the process, as `console` has it.
   * Test runners and log interceptors replace `write` by functions that never call back: a text that
   * such a stream accepted counts as written.
   */
  #write(text: string, callback: (error?: Error) => void): void {
    if (text === '') {
      callback();
      return;
    }
    const stream = this.#stream;
    const ignore = () => {};
    stream.once?.('error', ignore);
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (error?: Error | null) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // The 'error' event comes after this callback.
      setImmediate(() => stream.removeListener?.('error', ignore));
      callback(error ?? undefined);
    };
    try {
      stream.write(text, finish);
    } catch (error) {
      finish(error as Error);
    }
    if (isOver) return;
    if (!this.#callsBack) {
      finish();
      return;
    }
    const giveUp = (): void => {
      this.#callsBack = false;
      finish();
    };
    timer = runSuppressed(() => setTimeout(giveUp, MAX_WRITE_MILLIS));
  }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
