import type { IncomingMessage } from 'node:http';
import type { LocalSpan, LocalTracer } from '../../context/index.js';
import { DurationRecorder } from '../../operation/index.js';
import { SERVER_DURATION } from '../duration-plans.js';
import type { RequestSpanPlan } from './request-attributes.js';

/** The durations of the requests of a server as a metric, whether the requests are sampled or not. */
export class RequestDurations {
  // TypeScript's `private`, not `#`: these are read for each request.
  private constructor(
    private readonly recorder: DurationRecorder,
    private readonly plan: RequestSpanPlan,
  ) {}

  /** @returns undefined in an application without such a metric */
  static of(tracer: LocalTracer, plan: RequestSpanPlan): RequestDurations | undefined {
    const recorder = DurationRecorder.of(tracer, SERVER_DURATION);
    return recorder && new RequestDurations(recorder, plan);
  }

  /** The start of a request for {@link record}; undefined if the span is recorded, which has a start of its own. */
  start(span: LocalSpan): number | undefined {
    return this.recorder.start(span);
  }

  /** Records the duration of a request. Its span has ended, if it was recorded. Does not throw. */
  record(
    request: IncomingMessage,
    template: string | undefined,
    statusCode: number | undefined,
    errorType: string | undefined,
    startMillis: number | undefined,
    span: LocalSpan,
  ): void {
    try {
      const { recorder } = this;
      const path = this.plan
        .seriesOf(request, recorder.root, recorder.hasServerAddress)
        .with(template)
        .with(statusCode)
        .with(errorType);
      recorder.record(path, startMillis, span);
    } catch (error) {
      // Bridges and test doubles pass objects that only resemble Node's.
      span.tracer.diagnostics.report('The duration of a request could not be recorded', error);
    }
  }
}
