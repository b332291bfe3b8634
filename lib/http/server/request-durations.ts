import type { IncomingMessage } from 'node:http';
import type {
  DurationMetric,
  LocalSpan,
  LocalTracer,
  OperationMetrics,
} from '../../context/index.js';
import { SERVER_DURATION } from '../duration-plans.js';
import type { RequestSpanPlan } from './request-attributes.js';

/** The durations of the requests of a server as a metric, whether the requests are sampled or not. */
export class RequestDurations {
  // TypeScript's `private`, not `#`: these are read for each request.
  private constructor(
    private readonly metrics: OperationMetrics,
    private readonly metric: DurationMetric,
    private readonly plan: RequestSpanPlan,
  ) {}

  /** @returns undefined in an application without such a metric */
  static of({ application }: LocalTracer, plan: RequestSpanPlan): RequestDurations | undefined {
    const { metrics } = application;
    const metric = metrics?.durations(SERVER_DURATION);
    return metrics && metric && new RequestDurations(metrics, metric, plan);
  }

  /** The start of a request for {@link record}; a recorded span has a start of its own. */
  start(span: LocalSpan): number {
    return span.isRecording() ? 0 : this.metrics.now();
  }

  /** Records the duration of a request whose span has ended. Does not throw. */
  record(
    request: IncomingMessage,
    template: string | undefined,
    statusCode: number | undefined,
    errorType: string | undefined,
    startMillis: number,
    span: LocalSpan,
  ): void {
    try {
      const { metric } = this;
      const path = this.plan
        .seriesOf(request, metric.root, this.metrics.hasServerAddress)
        .with(template)
        .with(statusCode)
        .with(errorType);
      metric.record(path, startMillis, span);
    } catch (error) {
      // Bridges and test doubles pass objects that only resemble Node's.
      span.tracer.diagnostics.report('The duration of a request could not be recorded', error);
    }
  }
}
