import {
  type DurationMetric,
  type DurationPlan,
  errorTypeOf,
  type LocalSpan,
  type LocalTracer,
  type OperationMetrics,
  type SeriesPath,
} from '../context/index.js';
import { type CallMeasure, measureCall } from './measure-call.js';

/** The durations of one kind of operation in an application with metrics. */
export class DurationRecorder {
  /** The beginning of the paths to all series of the metric. */
  readonly root: SeriesPath;
  /** Whether the metrics of servers have `server.address`. */
  readonly hasServerAddress: boolean;

  // TypeScript's `private`, not `#`: these are read for each operation.
  private constructor(
    private readonly metrics: OperationMetrics,
    private readonly metric: DurationMetric,
  ) {
    this.root = metric.root;
    this.hasServerAddress = metrics.hasServerAddress;
  }

  /** @returns undefined in an application that does not record such durations */
  static of({ application }: LocalTracer, plan: DurationPlan): DurationRecorder | undefined {
    const { metrics } = application;
    const metric = metrics?.durations(plan);
    return metrics && metric && new DurationRecorder(metrics, metric);
  }

  /** The start of an operation for {@link record}; undefined if the span is recorded, which has a start of its own. */
  start(span: LocalSpan): number | undefined {
    return span.isRecording() ? undefined : this.metrics.now();
  }

  /** Records the duration of an operation. Its span has ended, if it was recorded. */
  record(path: SeriesPath, startMillis: number | undefined, span: LocalSpan | undefined): void {
    this.metric.record(path, startMillis, span);
  }

  /**
   * Begins to measure an operation.
   *
   * @param path the values of the attributes that are known
   * @param span the span of the operation, or for an unsampled one that of its parent
   */
  begin(path: SeriesPath, span: LocalSpan): Measurement {
    return new Measurement(this, path, span, this.start(span));
  }

  /** Like {@link begin}, for an operation whose duration is not that of `span`, or that has none. */
  beginApart(path: SeriesPath, span: LocalSpan | undefined): Measurement {
    return new Measurement(this, path, span, this.metrics.now());
  }
}

/** The measurement of one operation. It holds nothing of the work. */
export class Measurement {
  private isOver = false;

  constructor(
    private readonly recorder: DurationRecorder,
    /** The values of the attributes that were known at the start. */
    public path: SeriesPath,
    private readonly span: LocalSpan | undefined,
    private readonly startMillis: number | undefined,
  ) {}

  /** Adds values of attributes to the path. */
  through(path: SeriesPath): this {
    this.path = path;
    return this;
  }

  /**
   * Records the duration. The span has ended, if it was recorded. Only the first call has an effect.
   *
   * @param path the complete path
   */
  end(path: SeriesPath): void {
    if (this.isOver) return;
    this.isOver = true;
    this.recorder.record(path, this.startMillis, this.span);
  }
}

/**
 * Calls `fn`, and measures until its work ends. The last attribute of the metric is `error.type`.
 *
 * @param begin begins the measurement of a call; undefined in an application without metrics
 * @returns what `fn` returns, or a replacement that behaves like it
 */
export function callMeasured<T>(begin: () => Measurement | undefined, fn: () => T): T {
  const first = begin();
  if (first === undefined) return fn();
  let next: Measurement | undefined = first;
  // Each subscription of an Observable is measured.
  const measure = (): CallMeasure => {
    const measurement = next ?? begin();
    next = undefined;
    return {
      succeeded: () => measurement?.end(measurement.path.with(undefined)),
      failed: (error) => measurement?.end(measurement.path.with(errorTypeOf(error))),
    };
  };
  return measureCall(measure, fn, undefined, []);
}
