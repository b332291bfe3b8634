import { performance } from 'node:perf_hooks';
import { contextStorage } from '../../context/index.js';
import { checkChoice } from '../../option-checks.js';
import type { ReadableSpan } from '../../trace/index.js';
import { type ExportResult, ExportResultCode } from '../exporter.js';
import type { SpanExporter } from '../span-exporter.js';
import { ConsoleOutput, type ConsoleStream } from './console-output.js';
import { renderTrace } from './render-trace.js';
import { toSpanLine } from './span-line.js';
import { type CollectedTrace, TraceBuffer } from './trace-buffer.js';
import { toTraceRecord } from './trace-record.js';

/** Options of {@link ConsoleSpanExporter}. */
export interface ConsoleSpanExporterOptions {
  /**
   * `tree` writes each finished trace as an indented tree. `json` writes one line for each span.
   * @default 'tree' on a terminal, 'json' elsewhere
   */
  readonly format?: 'tree' | 'json';
  /** The stream to write to. @default process.stdout */
  readonly stream?: ConsoleStream;
}

const MAX_WAITING_SPANS = 10_000;
const MAX_WAITING_MILLIS = 30_000;
const DEFAULT_WIDTH = 100;
/** Limits the width on wide terminals, so that the bars stay close to the names. */
const MAX_WIDTH = 140;

/**
 * Writes spans to the console. It draws a trace when it receives the local root span: the first span of
 * the trace in this process. Spans that wait for it for more than 30 s, or among more than 10,000 waiting
 * spans, are drawn as a partial trace.
 *
 * @example
 * new SimpleSpanProcessor(new ConsoleSpanExporter())
 */
export class ConsoleSpanExporter implements SpanExporter {
  readonly #stream: ConsoleStream;
  readonly #output: ConsoleOutput;
  readonly #format: 'tree' | 'json';
  readonly #traces = new TraceBuffer({
    maxSpanCount: MAX_WAITING_SPANS,
    maxAgeMillis: MAX_WAITING_MILLIS,
  });
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;

  /** @throws TracingConfigError for an unknown format */
  constructor(options: ConsoleSpanExporterOptions = {}) {
    this.#stream = options.stream ?? process.stdout;
    this.#output = new ConsoleOutput(this.#stream);
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
    this.#output.write(text, (error) =>
      resultCallback(
        error === undefined
          ? { code: ExportResultCode.SUCCESS }
          : { code: ExportResultCode.FAILED, error },
      ),
    );
  }

  /** Draws the waiting spans as partial traces. */
  forceFlush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#draw(this.#traces.takeAll());
    return new Promise((resolve) => this.#output.write(text, () => resolve()));
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

  /** Starts a timer that draws waiting spans, in case the exporter receives no further spans. */
  #watchAge(): void {
    if (this.#traces.isEmpty || this.#timer !== undefined) return;
    const dueMillis = performance.now() + MAX_WAITING_MILLIS;
    this.#timer = contextStorage.runSuppressed(() =>
      setTimeout(() => {
        this.#timer = undefined;
        this.#output.write(this.#draw(this.#traces.takeOverdue(dueMillis)), () => this.#watchAge());
      }, MAX_WAITING_MILLIS).unref(),
    );
  }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
