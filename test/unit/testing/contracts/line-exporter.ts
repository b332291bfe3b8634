import { setImmediate } from 'node:timers/promises';
import {
  type ExportResult,
  ExportResultCode,
  type SpanBatch,
  type SpanExporter,
} from '../../../../lib/export/index.js';
import {
  type SpanExporterSubject,
  spanExporterContract,
} from '../../../../lib/testing/contracts/span-exporter-contract.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';

export type Callback = (result: ExportResult) => void;
const { SUCCESS, FAILED } = ExportResultCode;

/** A correct exporter of a user, which writes a line for each span. Mutants replace single methods. */
export class LineExporter implements SpanExporter {
  readonly lines: string[] = [];
  isBroken = false;
  #isShutDown = false;

  export(spans: ReadableSpan[], resultCallback: Callback): void {
    this.write(spans.map((span) => this.encode(span))).then(
      () => resultCallback({ code: SUCCESS }),
      (error: Error) => resultCallback({ code: FAILED, error }),
    );
  }

  encode({ name, attributes, resource }: ReadableSpan): string {
    return JSON.stringify({ name, attributes, service: resource.attributes['service.name'] });
  }

  async write(lines: readonly string[]): Promise<void> {
    await setImmediate();
    if (this.#isShutDown || this.isBroken) throw new Error('The file is closed');
    this.lines.push(...lines);
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
  }
}

/** One that encodes spans as they end. */
export class BatchingExporter extends LineExporter {
  openBatch(): SpanBatch | undefined {
    return this.export === LineExporter.prototype.export ? this.createBatch() : undefined;
  }

  createBatch(): SpanBatch {
    return new LineBatch(this);
  }
}

export class LineBatch implements SpanBatch {
  readonly lines: string[] = [];
  skippedCount = 0;

  constructor(readonly exporter: BatchingExporter) {}

  add(span: ReadableSpan): number {
    try {
      const line = this.exporter.encode(span);
      this.lines.push(line);
      return line.length;
    } catch {
      this.skippedCount++;
      return 0;
    }
  }

  seal(): void {}

  export(resultCallback: Callback): void {
    const rejectedCount = this.skippedCount;
    const rest = { rejectedCount, error: new Error(`${rejectedCount} spans are unreadable`) };
    this.exporter.write(this.lines).then(
      () => resultCallback({ code: SUCCESS, ...(rejectedCount > 0 && rest) }),
      (error: Error) => resultCallback({ code: FAILED, error }),
    );
  }
}

/** The contract of an exporter that is changed after its construction. */
export function contractOf<E extends LineExporter>(
  Exporter: new () => E,
  change: (exporter: E) => unknown,
  others: Partial<SpanExporterSubject> = {},
) {
  const create = (members: Partial<LineExporter>) => () => {
    const exporter = Object.assign(new Exporter(), members);
    change(exporter);
    const deliveredNames = () => exporter.lines.map((line) => JSON.parse(line).name as string);
    return { exporter, deliveredNames };
  };
  return spanExporterContract({
    name: Exporter.name,
    create: create({}),
    createFailing: create({ isBroken: true }),
    deadlineMillis: 100,
    ...others,
  });
}

/** A faulty exporter, and the cases that refuse it. */
export interface Mutant<E> {
  readonly fault: string;
  readonly change: (exporter: E) => unknown;
  readonly fails: readonly string[];
  /** What the messages contain. */
  readonly message: string;
}
