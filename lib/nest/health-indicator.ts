import { Inject, Injectable } from '@nestjs/common';
import { TracingStatistics } from '../assembly/tracing-statistics.js';
import type { ExporterHealth } from '../delivery/index.js';
import { checkNumber } from '../option-checks.js';

/** When tracing counts as unhealthy. */
export interface TracingHealthOptions {
  /**
   * How long an exporter must have delivered nothing, though it was asked to; milliseconds from 0 on.
   * @default 60000
   */
  readonly failingForMillis?: number;
}

/** An exporter that does not deliver, as a health check shows it. */
export interface FailingExporter {
  /** The name of the exporter's class. */
  readonly exporter: string;
  /** ISO 8601. */
  readonly since: string;
  /** The message of the last error. */
  readonly error: string;
}

/** What a health check shows of tracing. */
export interface TracingHealth {
  /** `down` while an exporter has delivered nothing for longer than the limit. */
  readonly status: 'up' | 'down';
  /** Spans that wait for their export. */
  readonly queued: number;
  /** Spans that should have been delivered and never will be. */
  readonly lost: number;
  /** Exporters that have delivered nothing for some time, however short. */
  readonly failing: readonly FailingExporter[];
}

const DEFAULT_FAILING_MILLIS = 60_000;

/**
 * Tells a health check whether spans arrive, in the shape that `@nestjs/terminus` expects of a health
 * indicator. An application that cannot deliver its spans still serves its users: ask this where
 * somebody is to be told, not where the answer restarts the application.
 *
 * @example
 * health.check([() => tracingHealth.isHealthy('tracing')])
 */
@Injectable()
export class TracingHealthIndicator {
  constructor(@Inject(TracingStatistics) private readonly statistics: TracingStatistics) {}

  /**
   * `down` while an exporter has delivered nothing for longer than the limit, else `up`.
   *
   * @param key under which the answer stands
   * @throws TracingConfigError for a limit that is no number of milliseconds from 0 on
   */
  isHealthy<K extends string = 'tracing'>(
    key: K = 'tracing' as K,
    options: TracingHealthOptions = {},
  ): Record<K, TracingHealth> {
    const failingForMillis = checkNumber(
      'TracingHealthIndicator.failingForMillis',
      options.failingForMillis,
      DEFAULT_FAILING_MILLIS,
      0,
      Number.POSITIVE_INFINITY,
    );
    const { pipelines, lost } = this.statistics.counts();
    const exporters = pipelines.flatMap(({ exporter }) => (exporter?.isFailing ? [exporter] : []));
    const now = Date.now();
    const isDown = exporters.some(
      ({ failingSince = now }) => now - failingSince >= failingForMillis,
    );
    const health: TracingHealth = {
      status: isDown ? 'down' : 'up',
      queued: this.statistics.undeliveredCount,
      lost,
      failing: exporters.map(describe),
    };
    return { [key]: health } as Record<K, TracingHealth>;
  }
}

function describe({ exporter, failingSince = 0, lastError }: ExporterHealth): FailingExporter {
  return {
    exporter,
    since: new Date(failingSince).toISOString(),
    error: lastError?.message ?? 'no reason given',
  };
}
