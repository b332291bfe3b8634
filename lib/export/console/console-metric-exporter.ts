import { checkChoice } from '../../option-checks.js';
import { type ExportResult, ExportResultCode } from '../exporter.js';
import {
  type MetricExporter,
  TEMPORALITY_PREFERENCES,
  type TemporalityPreference,
  temporalityOf,
} from '../metric-exporter.js';
import type {
  AggregationTemporality,
  InstrumentType,
  ReadableMetrics,
} from '../readable-metrics.js';
import { ConsoleOutput, type ConsoleStream } from './console-output.js';
import { metricLines, metricTable } from './metric-lines.js';

/** Options of {@link ConsoleMetricExporter}. */
export interface ConsoleMetricExporterOptions {
  /**
   * `table` writes each metric with its series below it. `json` writes one line for each series.
   * @default 'table' on a terminal, 'json' elsewhere
   */
  readonly format?: 'table' | 'json';
  /** The stream to write to. @default process.stdout */
  readonly stream?: ConsoleStream;
  /** Since when written values count, as for `OtlpMetricExporter`. @default 'cumulative' */
  readonly temporalityPreference?: TemporalityPreference;
}

/**
 * Writes metrics to the console, for development.
 *
 * @example
 * TracingModule.forRoot({ metrics: { exporter: new ConsoleMetricExporter(), intervalMillis: 10_000 } })
 */
export class ConsoleMetricExporter implements MetricExporter {
  readonly #output: ConsoleOutput;
  readonly #format: 'table' | 'json';
  readonly #preference: TemporalityPreference;
  #isShutDown = false;

  /** @throws TracingConfigError for an unknown format or preference */
  constructor(options: ConsoleMetricExporterOptions = {}) {
    const stream = options.stream ?? process.stdout;
    this.#output = new ConsoleOutput(stream);
    this.#format = checkChoice(
      'ConsoleMetricExporter.format',
      options.format,
      stream.isTTY === true ? 'table' : 'json',
      ['table', 'json'],
    );
    this.#preference = checkChoice(
      'ConsoleMetricExporter.temporalityPreference',
      options.temporalityPreference,
      'cumulative',
      TEMPORALITY_PREFERENCES,
    );
  }

  export(metrics: ReadableMetrics, resultCallback: (result: ExportResult) => void): void {
    const fail = (error: Error) => resultCallback({ code: ExportResultCode.FAILED, error });
    if (this.#isShutDown) {
      fail(new Error('The exporter is shut down'));
      return;
    }
    let text: string;
    try {
      const lines = this.#format === 'json' ? metricLines(metrics) : metricTable(metrics);
      text = lines.map((line) => `${line}\n`).join('');
    } catch (error) {
      fail(error as Error);
      return;
    }
    this.#output.write(text, (error) =>
      error === undefined ? resultCallback({ code: ExportResultCode.SUCCESS }) : fail(error),
    );
  }

  /** The temporality that `temporalityPreference` says. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return temporalityOf(this.#preference, instrumentType);
  }

  forceFlush(): Promise<void> {
    return this.#output.drained();
  }

  /** Later exports fail. */
  shutdown(): Promise<void> {
    this.#isShutDown = true;
    return this.#output.drained();
  }
}
