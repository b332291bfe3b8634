import type { IncomingMessage } from 'node:http';
import type { LocalSpan, LocalTracer, SeriesPath } from '../../context/index.js';
import { DurationRecorder } from '../../operation/index.js';
import { OTHER_METHOD } from '../attributes.js';
import { SERVER_DURATION, SERVER_DURATION_WITH_ADDRESS } from '../duration-plans.js';
import { UNKNOWN_METHOD } from '../known-methods.js';
import { type RequestSpanPlan, versionOf } from './request-attributes.js';

/** The durations of the requests of a server as a metric, whether the requests are sampled or not. */
export class RequestDurations {
  // TypeScript's `private`, not `#`: these are read for each request.
  private constructor(
    private readonly recorder: DurationRecorder,
    private readonly plan: RequestSpanPlan,
  ) {}

  /** @returns undefined in an application without such a metric */
  static of(tracer: LocalTracer, plan: RequestSpanPlan): RequestDurations | undefined {
    const hasServer = tracer.application.metrics?.hasServerAddress === true;
    const duration = hasServer ? SERVER_DURATION_WITH_ADDRESS : SERVER_DURATION;
    const recorder = DurationRecorder.of(tracer, duration);
    return recorder && new RequestDurations(recorder, plan);
  }

  /** The start of a request for {@link record}; undefined if the span is recorded, which has a start of its own. */
  start(span: LocalSpan): number | undefined {
    return this.recorder.start(span);
  }

  private connectionOf(request: IncomingMessage): SeriesPath {
    const { plan, recorder } = this;
    const path = recorder.root.with(plan.schemeOf(request)).with(versionOf(request));
    return recorder.hasServerAddress ? plan.serverOn(path, request) : path;
  }

  /** Records the duration of a request. Its span has ended, if it was recorded. Does not throw. */
  record(
    request: IncomingMessage,
    nameInSpan: string,
    template: string | undefined,
    statusCode: number | undefined,
    errorType: string | undefined,
    startMillis: number | undefined,
    span: LocalSpan,
  ): void {
    try {
      const { recorder } = this;
      const method = nameInSpan === UNKNOWN_METHOD ? OTHER_METHOD : nameInSpan;
      const path = this.connectionOf(request).with(method).with(template).with(statusCode);
      recorder.record(path.with(errorType), startMillis, span);
    } catch (error) {
      // Bridges and test doubles pass objects that only resemble Node's.
      span.tracer.diagnostics.report('The duration of a request could not be recorded', error);
    }
  }
}
