import type { PipelineCounts, SpanProcessor, TracerCore } from '../trace/index.js';

/** The counts of one moment. All numbers are since the start of the application. */
export interface TracingCounts {
  /** Spans that were recorded: `started = live + ended`. */
  readonly started: number;
  readonly ended: number;
  /** Recorded spans that have not ended yet. */
  readonly live: number;
  /** Decisions of the sampler against a span; what is below such a span is not counted again. */
  readonly notSampled: number;
  /** Attributes that were no attributes. */
  readonly invalidAttributes: number;
  /** One entry for each span processor that counts; each adds up to the ended spans. */
  readonly pipelines: readonly PipelineCounts[];
  /** Spans that ended, should have been delivered and never will be. */
  readonly lost: number;
}

/** Why a span is not delivered without being lost: nobody wanted it delivered. */
const NOT_SAMPLED = 'not_sampled';

/** What has become of an application's spans. Inject it by its class. */
export class TracingStatistics {
  readonly #core: TracerCore;
  readonly #processors: readonly SpanProcessor[];

  constructor(core: TracerCore, processors: readonly SpanProcessor[]) {
    this.#core = core;
    this.#processors = processors;
  }

  /** The counts now. */
  counts(): TracingCounts {
    const { startedCount, endedCount, notSampledCount, invalidAttributeCount } = this.#core;
    const pipelines = this.#pipelines();
    return {
      started: startedCount,
      ended: endedCount,
      live: startedCount - endedCount,
      notSampled: notSampledCount,
      invalidAttributes: invalidAttributeCount,
      pipelines,
      lost: sum(pipelines, ({ failed, dropped }) => failed + lostOf(dropped)),
    };
  }

  /** Spans that have ended and are neither delivered nor given up. */
  get undeliveredCount(): number {
    return sum(this.#pipelines(), ({ queued }) => queued);
  }

  #pipelines(): PipelineCounts[] {
    return this.#processors.flatMap(({ counts }) => (counts === undefined ? [] : [counts]));
  }
}

function lostOf(dropped: Readonly<Record<string, number>>): number {
  return sum(Object.entries(dropped), ([reason, count]) => (reason === NOT_SAMPLED ? 0 : count));
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
