import type {
  DurationMetric,
  DurationPlan,
  LocalSpan,
  LocalTracer,
  OperationMetrics,
  SeriesPath,
} from '../context/index.js';

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
  record(path: SeriesPath, startMillis: number | undefined, span: LocalSpan): void {
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

  /** Like {@link begin}, for an operation whose duration is not that of `span`. */
  beginApart(path: SeriesPath, span: LocalSpan): Measurement {
    return new Measurement(this, path, span, this.metrics.now());
  }
}

/** The measurement of one operation. It holds nothing of the work. */
export class Measurement {
  private isOver = false;

  constructor(
    private readonly recorder: DurationRecorder,
    /** The values of the attributes that were known at the start. */
    readonly path: SeriesPath,
    private readonly span: LocalSpan,
    private readonly startMillis: number | undefined,
  ) {}

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
