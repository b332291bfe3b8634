import { type ExporterHealth, pipelineStateOf } from '../delivery/index.js';
import type { PipelineCounts, SpanProcessor, TracerCore } from '../trace/index.js';
import type { SpanInFlight, SpansInFlight } from './spans-in-flight.js';

/** What the sampler has decided so far. */
export interface SamplerCounts {
  /** Its name and configuration in a few words: what its `toString` says. */
  readonly description: string;
  /** Decisions for a span: recorded and exported. */
  readonly sampled: number;
  /** Decisions for recording a span without exporting it. */
  readonly recordedOnly: number;
  /** Decisions against a span; what is below such a span is not counted again. */
  readonly notSampled: number;
}

/** What became of the spans that came to one span processor. */
export interface PipelineStatistics extends PipelineCounts {
  /** Whether its exporter delivers; undefined for a processor that does not say so. */
  readonly exporter?: ExporterHealth;
}

/** The counts of one moment. All numbers are since the start of the application. */
export interface TracingCounts {
  /** Spans that were recorded: `started = live + ended`. */
  readonly started: number;
  /** Recorded spans that have ended. */
  readonly ended: number;
  /** Recorded spans that have not ended yet. */
  readonly live: number;
  /** Decisions of the sampler against a span; what is below such a span is not counted again. */
  readonly notSampled: number;
  /** The sampler and its decisions: `started = sampled + recordedOnly`. */
  readonly sampler: SamplerCounts;
  /** Attributes that were no attributes. */
  readonly invalidAttributes: number;
  /** One entry for each span processor that counts; each adds up to the ended spans. */
  readonly pipelines: readonly PipelineStatistics[];
  /** Spans that ended, should have been delivered and never will be. */
  readonly lost: number;
}

/** Why a span is not delivered without being lost: nobody wanted it delivered. */
const UNWANTED = new Set([
  'not_sampled',
  'tail_not_kept',
  'tail_late',
  'tail_timeout',
  'tail_flushed',
]);

/** Whether spans that were dropped for this reason should have been delivered. */
export function isLoss(reason: string): boolean {
  return !UNWANTED.has(reason);
}

/** What has become of an application's spans. Inject it by its class. */
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

  /** The counts now. */
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

  /** The spans that are open, the oldest first; none unless the option `inFlight` is set. */
  spansInFlight(): SpanInFlight[] {
    return this.#inFlight?.list() ?? [];
  }

  /** Spans that have ended and are neither delivered nor given up. */
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
