import type { Diagnostics } from '../../diagnostics.js';
import {
  checkBoolean,
  checkCount,
  checkMethods,
  checkMillis,
  checkNumber,
  checkOption,
} from '../../option-checks.js';
import type { SpanProcessor } from '../../trace/index.js';

/** Which traces a `TailSamplingProcessor` keeps, and how many spans may wait for a decision. */
export interface TailSamplingOptions {
  /** True keeps every local trace in which a span has status ERROR. @default true */
  readonly keepsErrors?: boolean;
  /**
   * Keeps local traces whose root took longer: milliseconds, or `p99` for longer than 99 of 100 roots
   * of the same name. `p99` is learned from the latest 10,000 roots of a name, and applies from 200 on.
   * Infinity keeps no trace for being slow. @default 'p99'
   */
  readonly slowerThanMillis?: number | 'p99';
  /**
   * Share of the other traces that is kept by chance, 0 to 1: a share of all traces, not of those that
   * a sampler has kept before. @default 0.1
   */
  readonly ratio?: number;
  /** Ended spans that may wait for the end of their roots; 1 to 1,000,000. @default 20000 */
  readonly maxSpans?: number;
  /** Memory that they may take, estimated as for `maxQueueBytes`. @default 67108864, 64 MiB */
  readonly maxBytes?: number;
  /** When a local trace is decided although its root has not ended. @default 60000 */
  readonly timeoutMillis?: number;
  /** Decisions that are remembered for spans that start later; 1 to 1,000,000. @default 10000 */
  readonly maxDecisions?: number;
  /** Where trouble is reported. @default one that writes to the console */
  readonly diagnostics?: Diagnostics;
}

/** {@link TailSamplingOptions}, checked and complete. */
export type TailSamplingSettings = Required<Omit<TailSamplingOptions, 'diagnostics'>>;

const OWNER = 'TailSamplingProcessor';
const MAX_COUNT = 1_000_000;

/** @throws TracingConfigError for a value outside its range */
export function checkTailSamplingOptions(options: TailSamplingOptions): TailSamplingSettings {
  const { slowerThanMillis = 'p99' } = options;
  const isLimit = typeof slowerThanMillis === 'number' && slowerThanMillis >= 0;
  checkOption(
    isLimit || slowerThanMillis === 'p99',
    `${OWNER}.slowerThanMillis`,
    "must be a number of milliseconds of at least 0, or 'p99'",
    slowerThanMillis,
    "Leave it out for the default, 'p99'.",
  );
  return {
    keepsErrors: checkBoolean(`${OWNER}.keepsErrors`, options.keepsErrors, true),
    slowerThanMillis,
    ratio: checkNumber(`${OWNER}.ratio`, options.ratio, 0.1, 0, 1),
    maxSpans: checkCount(`${OWNER}.maxSpans`, options.maxSpans, 20_000, 1, MAX_COUNT),
    maxBytes: checkNumber(
      `${OWNER}.maxBytes`,
      options.maxBytes,
      64 * 1024 * 1024,
      1,
      Number.POSITIVE_INFINITY,
    ),
    timeoutMillis: checkMillis(`${OWNER}.timeoutMillis`, options.timeoutMillis, 60_000, 1),
    maxDecisions: checkCount(`${OWNER}.maxDecisions`, options.maxDecisions, 10_000, 1, MAX_COUNT),
  };
}

const PROCESSOR_METHODS = ['onStart', 'onEnd', 'forceFlush', 'shutdown'] as const;

/** @throws TracingConfigError for a value that is not a span processor */
export function checkNextProcessor(processor: SpanProcessor): void {
  checkMethods(
    `The processor behind ${OWNER}`,
    processor,
    PROCESSOR_METHODS,
    'Give a span processor, such as new BatchSpanProcessor(exporter).',
  );
}
