import { type ExporterHealth, pipelineStateOf } from '../delivery/index.js';
import type { PipelineCounts, SpanProcessor, TracerCore } from '../trace/index.js';
import type { SpanInFlight, SpansInFlight } from './spans-in-flight.js';

/** The decisions of the sampler since the start. */
export interface SamplerCounts {
  /** Name and configuration of the sampler: the result of its `toString`. */
  readonly description: string;
  /** Decisions to record and export a span. */
  readonly sampled: number;
  /** Decisions to record a span without exporting it. */
  readonly recordedOnly: number;
  /** Decisions not to record a span. Descendants of such a span are not counted again. */
  readonly notSampled: number;
}

/** The outcomes of the spans that one span processor received. */
export interface PipelineStatistics extends PipelineCounts {
  /** Health of the processor's exporter; undefined for a processor that does not provide it. */
  readonly exporter?: ExporterHealth;
}

/** A snapshot of the counts. All numbers count from the start of the application. */
export interface TracingCounts {
  /** Spans that were recorded: `started = live + ended`. */
  readonly started: number;
  /** Recorded spans that have ended. */
  readonly ended: number;
  /** Recorded spans that have not ended yet. */
  readonly live: number;
  /** Decisions of the sampler not to record a span. Descendants of such a span are not counted again. */
  readonly notSampled: number;
  /** The sampler and its decisions: `started = sampled + recordedOnly`. */
  readonly sampler: SamplerCounts;
  /** Attributes that were dropped because their key or value is invalid. */
  readonly invalidAttributes: number;
  /** One entry for each span processor that counts. The counts of an entry add up to the ended spans. */
  readonly pipelines: readonly PipelineStatistics[];
  /** Ended spans that should have been exported and never will be. */
  readonly lost: number;
}

/** Drop reasons that are not losses: a sampler decided not to export the span. */
const UNWANTED = new Set([
  'not_sampled',
  'tail_not_kept',
  'tail_late',
  'tail_timeout',
  'tail_flushed',
]);

/** Whether spans that were dropped for this reason should have been exported. */
export function isLoss(reason: string): boolean {
  return !UNWANTED.has(reason);
}

/** Counts the outcomes of an application's spans. Inject it by its class. */
export class TracingStatistics {
  readonly #core: TracerCore;
  readonly #processors: readonly SpanProcessor[];

  readonly #inFlight: SpansInFlight | undefined;

  constructor(
    core: TracerCore,
    processors: readonly SpanProcessor[],
    inFlight: SpansInFlight | undefined = undefined,
  ) {
    this.#core = core;
    this.#processors = processors;
    this.#inFlight = inFlight;
  }

  /** Returns a snapshot of the counts. */
  counts(): TracingCounts {
    const { startedCount, endedCount, notSampledCount, recordedOnlyCount } = this.#core;
    const pipelines = this.#pipelines();
    return {
      started: startedCount,
      ended: endedCount,
      live: startedCount - endedCount,
      notSampled: notSampledCount,
      sampler: {
        description: describeSampler(this.#core),
        sampled: startedCount - recordedOnlyCount,
        recordedOnly: recordedOnlyCount,
        notSampled: notSampledCount,
      },
      invalidAttributes: this.#core.invalidAttributeCount,
      pipelines,
      lost: sum(pipelines, ({ failed, dropped }) => failed + lostOf(dropped)),
    };
  }

  /** Returns the open spans, oldest first; an empty list unless the option `inFlight` is set. */
  spansInFlight(): SpanInFlight[] {
    return this.#inFlight?.list() ?? [];
  }

  /** Ended spans that are not yet exported, failed or dropped. */
  get undeliveredCount(): number {
    return sum(this.#pipelines(), ({ queued }) => queued);
  }

  #pipelines(): PipelineStatistics[] {
    return this.#processors.flatMap((processor) => {
      const { counts } = processor;
      const health = pipelineStateOf(processor)?.health;
      if (counts === undefined) return [];
      return [health === undefined ? counts : { ...counts, exporter: health }];
    });
  }
}

function describeSampler({ sampler }: TracerCore): string {
  try {
    return String(sampler);
  } catch {
    return 'a sampler that cannot be described';
  }
}

function lostOf(dropped: Readonly<Record<string, number>>): number {
  return sum(Object.entries(dropped), ([reason, count]) => (isLoss(reason) ? count : 0));
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
