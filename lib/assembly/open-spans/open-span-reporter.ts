import { TraceFlags } from '@opentelemetry/api';
import { contextStorage } from '../../context/index.js';
import type { Redactor } from '../../delivery/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import { monotonicMillis } from '../../system-time.js';
import { RecordingSpan, type Resource, type SpanProcessor } from '../../trace/index.js';
import type { SpansInFlight } from '../spans-in-flight.js';
import type { SpanViewer } from '../tracing-options.js';
import { writeReport } from './open-span-report.js';
import { OpenSpanSender } from './open-span-sender.js';

/** A span that has been open for this time is reported. Most spans end before, and cost nothing. */
const REPORTED_AFTER_MILLIS = 250;
/** How often the spans that are still open are named. */
const HEARTBEAT_MILLIS = 1_000;
/** How many open spans are reported at a time: the oldest ones. */
const MAX_REPORTED = 1_000;

/** What a reporter needs to know. */
export interface OpenSpanReporterOptions {
  readonly viewer: SpanViewer;
  /** Knows the open spans. Called before the reporter, with the same spans. */
  readonly inFlight: SpansInFlight;
  readonly resource: Resource;
  readonly redactor: Redactor | undefined;
  readonly diagnostics: Diagnostics;
}

/**
 * Reports to a trace viewer which spans are open: each span once as a whole when it is a quarter of a second old,
 * and each second the ids of those that are still open. When the last one has ended, it reports so once.
 * Exporters do not see open spans.
 *
 * The receiver says if it does not know a span, as a viewer that has just taken over the port; the reporter then
 * sends all of them again. It counts on nothing else: a report that gets lost is followed by the next one. It
 * does not keep the process alive, and its shutdown waits for nothing.
 */
export class OpenSpanReporter implements SpanProcessor {
  readonly keepsSpans = false;
  readonly #options: OpenSpanReporterOptions;
  readonly #sender: OpenSpanSender;
  /** The ids of spans that the viewer has. */
  #known = new Set<string>();
  readonly #tooLong = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #reportedMillis = -Infinity;
  #isSending = false;
  #isShutDown = false;
  #hasSaidTooMany = false;

  constructor(options: OpenSpanReporterOptions) {
    const { url, headers } = options.viewer;
    this.#options = options;
    this.#sender = new OpenSpanSender(`${url}/open`, headers);
  }

  onStart(): void {
    if (this.#timer === undefined && !this.#isShutDown) this.#wait();
  }

  onEnd(): void {}

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.#isShutDown = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sender.close();
    return Promise.resolve();
  }

  /** Looks at the open spans a few times a second for as long as there are any. */
  #wait(): void {
    this.#timer = contextStorage.runSuppressed(() =>
      setTimeout(() => {
        this.#timer = undefined;
        this.#look();
        const isIdle = this.#options.inFlight.size === 0 && this.#known.size === 0;
        if (!this.#isShutDown && !isIdle) this.#wait();
      }, REPORTED_AFTER_MILLIS).unref(),
    );
  }

  #look(): void {
    if (this.#isSending) return;
    const spans = this.#openSpans();
    const isNew = spans.some(({ spanId }) => !this.#known.has(spanId));
    const hasHeartbeat = monotonicMillis() - this.#reportedMillis >= HEARTBEAT_MILLIS;
    if (isNew || (this.#known.size > 0 && (hasHeartbeat || spans.length === 0))) {
      void this.#report(spans);
    }
  }

  /** The spans to report: sampled, old enough, and not too many. */
  #openSpans(): RecordingSpan[] {
    const spans: RecordingSpan[] = [];
    for (const span of this.#options.inFlight.olderThan(REPORTED_AFTER_MILLIS)) {
      if (!(span instanceof RecordingSpan) || (span.traceFlags & TraceFlags.SAMPLED) === 0)
        continue;
      if (this.#tooLong.has(span.spanId)) continue;
      if (spans.length === MAX_REPORTED) {
        this.#sayTooMany();
        break;
      }
      spans.push(span);
    }
    return spans;
  }

  /** Never rejects. */
  async #report(spans: readonly RecordingSpan[]): Promise<void> {
    const { resource, redactor, diagnostics } = this.#options;
    this.#isSending = true;
    this.#reportedMillis = monotonicMillis();
    try {
      const isKnown = ({ spanId }: RecordingSpan): boolean => this.#known.has(spanId);
      const { body, sentIds, tooLongIds } = writeReport(resource, spans, isKnown, redactor);
      for (const id of tooLongIds) this.#leaveOut(id);
      const outcome = await this.#sender.send(body);
      if (outcome === 'unknown') this.#known.clear();
      else if (outcome === 'accepted') {
        const stillKnown = spans.map(({ spanId }) => spanId).filter((id) => this.#known.has(id));
        this.#known = new Set([...stillKnown, ...sentIds]);
      } else if (spans.length === 0) {
        // Nobody is told that the last span has ended: there may be no viewer, and no further span.
        this.#known.clear();
      }
    } catch (error) {
      diagnostics.report('Open spans could not be reported to the trace viewer', error);
    } finally {
      this.#isSending = false;
    }
  }

  /** Ids of ended spans are not removed one by one, so the set is emptied when it grows. */
  #leaveOut(spanId: string): void {
    if (this.#tooLong.size >= MAX_REPORTED) this.#tooLong.clear();
    this.#tooLong.add(spanId);
    this.#options.diagnostics.report(
      'An open span is too long for the trace viewer, which shows it when it has ended',
    );
  }

  #sayTooMany(): void {
    if (this.#hasSaidTooMany) return;
    this.#hasSaidTooMany = true;
    this.#options.diagnostics.say(
      `More than ${MAX_REPORTED} spans are open. The trace viewer shows the oldest ones while they run, and the others when they have ended.`,
    );
  }
}
