import {
  type ExportControl,
  type ExportResult,
  ExportResultCode,
  type ReadableSpan,
  type SpanExporter,
} from 'nestjs-traced';

/** Posts spans as lines of JSON. */
export class LinesExporter implements SpanExporter {
  // The receiver answers several requests at once.
  readonly maxConcurrentExports = 4;
  readonly #underWay = new Set<Promise<void>>();
  #isShutDown = false;

  constructor(private readonly url: string) {}

  export(
    spans: ReadableSpan[],
    resultCallback: (result: ExportResult) => void,
    control?: ExportControl,
  ): void {
    if (this.#isShutDown) {
      resultCallback({ code: ExportResultCode.FAILED, error: new Error('shut down') });
      return;
    }
    // The signal ends the request when the processor gives the export up.
    const sending = this.#send(spans, control?.signal).then(
      () => resultCallback({ code: ExportResultCode.SUCCESS }),
      (error: Error) => resultCallback({ code: ExportResultCode.FAILED, error }),
    );
    this.#underWay.add(sending);
    void sending.finally(() => this.#underWay.delete(sending));
  }

  async forceFlush(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.forceFlush();
  }

  async #send(spans: readonly ReadableSpan[], signal?: AbortSignal): Promise<void> {
    const body = spans.map((span) => `${JSON.stringify(lineOf(span))}\n`).join('');
    const response = await fetch(this.url, { method: 'POST', body, signal });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The receiver answered ${response.status}`);
  }
}

function lineOf(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  const { name, duration, attributes } = span;
  return { traceId, spanId, name, millis: duration[0] * 1000 + duration[1] / 1e6, attributes };
}
