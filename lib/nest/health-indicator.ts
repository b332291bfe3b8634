import { Inject, Injectable } from '@nestjs/common';
import { TracingStatistics } from '../assembly/tracing-statistics.js';
import type { ExporterHealth } from '../delivery/index.js';
import { checkNumber } from '../option-checks.js';

/** Options of a health check. */
export interface TracingHealthOptions {
  /**
   * The time of failing exports after which the status is `down`, in milliseconds, at least 0.
   * @default 60000
   */
  readonly failingForMillis?: number;
}

/** A failing exporter in the result of a health check. */
export interface FailingExporter {
  /** The name of the exporter's class. */
  readonly exporter: string;
  /** Time of the first failed export since the last success, ISO 8601. */
  readonly since: string;
  /** The message of the last error. */
  readonly error: string;
}

/** The result of a health check. */
export interface TracingHealth {
  /** `down` while an exporter has been failing for longer than the limit. */
  readonly status: 'up' | 'down';
  /** Spans and log records that wait for their export. */
  readonly queued: number;
  /** Spans and log records that should have been exported and never will be. */
  readonly lost: number;
  /** All failing exporters, also those within the limit. */
  readonly failing: readonly FailingExporter[];
}

const DEFAULT_FAILING_MILLIS = 60_000;

/**
 * A health indicator for `@nestjs/terminus` that reports whether spans, log records and metrics are exported. An
 * application that cannot export them still works: use the indicator for alerts, not for a check that restarts the
 * application.
 *
 * @example
 * health.check([() => tracingHealth.isHealthy('tracing')])
 */
@Injectable()
export class TracingHealthIndicator {
  constructor(@Inject(TracingStatistics) private readonly statistics: TracingStatistics) {}

  /**
   * Returns `down` while an exporter has been failing for longer than the limit, otherwise `up`.
   *
   * @param key the key of the result
   * @throws TracingConfigError for a limit that is not a number of milliseconds of at least 0
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
    const { pipelines, logs, metrics, lost } = this.statistics.counts();
    const all = [...pipelines, logs, metrics].filter((counts) => counts !== undefined);
    const exporters = all.flatMap(({ exporter }) => (exporter?.isFailing ? [exporter] : []));
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
