import { performance } from 'node:perf_hooks';
import { type Context, SpanStatusCode, TraceFlags, type TraceState } from '@opentelemetry/api';
import { contextStorage } from '../../context/index.js';
import { Diagnostics } from '../../diagnostics.js';
import {
  type PipelineCounts,
  type ReadableSpan,
  RecordingSpan,
  type SpanProcessor,
} from '../../trace/index.js';
import { type PipelineState, pipelineStateOf } from '../export-pipeline.js';
import { SpanProcessors } from '../span-processors.js';
import { estimateSpanBytes } from '../span-size.js';
import { type Decision, LocalTrace } from './local-trace.js';
import { RecentMap } from './recent-map.js';
import { Slowness } from './slowness.js';
import {
  checkNextProcessor,
  checkTailSamplingOptions,
  type TailSamplingOptions,
  type TailSamplingSettings,
} from './tail-sampling-options.js';
import { TailThreshold, withoutThreshold } from './tail-threshold.js';
import { UndecidedTraces } from './undecided-traces.js';
import { withTraceState } from './with-trace-state.js';

/** Why a span was dropped; `README.md` beside this file explains the reasons. */
type DropReason = 'tail_not_kept' | 'tail_late' | 'tail_timeout' | 'tail_evicted' | 'tail_flushed';

/**
 * Decides about a local trace when it is over: it keeps a trace with a failed span, a slow trace, and a
 * share of the others by chance. It forwards the spans of kept traces to another processor, and drops
 * the rest.
 *
 * A local trace is the part of a trace that this process recorded below one root: a span without a
 * parent, or with a parent in another process. Its spans wait until the root has ended, the time is
 * over, or no room is left; `forceFlush` and `shutdown` decide all waiting traces. The decision applies
 * to spans that end later.
 *
 * `counts` are those of the next processor, with the spans that wait here added to `queued` and those
 * that were dropped here to `dropped`, so they add up to the ended spans. Waiting spans are bounded in
 * number and bytes. No timer here keeps a process alive.
 *
 * @example
 * new TailSamplingProcessor(new BatchSpanProcessor(new OtlpSpanExporter()), { slowerThanMillis: 500 })
 */
export class TailSamplingProcessor implements SpanProcessor {
  /** Undefined where the next processor has none. */
  readonly onEnding?: (span: RecordingSpan) => void;
  readonly #next: SpanProcessor;
  readonly #guarded: SpanProcessors;
  readonly #settings: TailSamplingSettings;
  readonly #diagnostics: Diagnostics;
  readonly #slowness: Slowness;
  readonly #threshold: TailThreshold;
  readonly #undecided: UndecidedTraces;
  /** The local trace of each span that has not ended, decided or not. */
  readonly #traceOfLive: RecentMap<string, LocalTrace>;
  readonly #decisionOfId: RecentMap<string, Decision>;
  readonly #dropped: Record<DropReason, number> = {
    tail_not_kept: 0,
    tail_late: 0,
    tail_timeout: 0,
    tail_evicted: 0,
    tail_flushed: 0,
  };
  #forwardedCount = 0;
  #isShutDown = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param next gets the spans of kept traces, such as a `BatchSpanProcessor`
   * @throws TracingConfigError for a value outside its range, and for a value that is not a span processor
   */
  constructor(next: SpanProcessor, options: TailSamplingOptions = {}) {
    checkNextProcessor(next);
    this.#settings = checkTailSamplingOptions(options);
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
    this.#next = next;
    // A span at which the next processor throws must not cost the rest of its trace.
    this.#guarded = new SpanProcessors([next], this.#diagnostics);
    if (this.#guarded.onEnding !== undefined) this.onEnding = this.#guarded.onEnding;
    const { slowerThanMillis, ratio, maxSpans, maxBytes, maxDecisions } = this.#settings;
    this.#slowness = new Slowness(slowerThanMillis);
    this.#threshold = new TailThreshold(ratio);
    this.#undecided = new UndecidedTraces(maxSpans, maxBytes);
    this.#traceOfLive = new RecentMap(maxSpans * 2);
    this.#decisionOfId = new RecentMap(maxDecisions);
  }

  get counts(): PipelineCounts {
    const { exported, failed, dropped, queued } = this.#next.counts ?? {
      exported: this.#forwardedCount,
      failed: 0,
      dropped: {},
      queued: 0,
    };
    const ownDrops = Object.entries(this.#dropped).filter(([, count]) => count > 0);
    return {
      exported,
      failed,
      dropped: { ...dropped, ...Object.fromEntries(ownDrops) },
      queued: queued + this.#undecided.spanCount,
    };
  }

  /** The state of the next processor, where it has one. */
  get state(): PipelineState | undefined {
    return pipelineStateOf(this.#next);
  }

  onStart(span: RecordingSpan, parentContext: Context): void {
    if (!this.#isShutDown) this.#begin(span);
    this.#guarded.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#isShutDown) {
      this.#forward(span, undefined);
      return;
    }
    const { traceId, spanId, traceFlags } = identityOf(span);
    const trace = this.#traceOfLive.take(spanId) ?? this.#undecided.find(traceId);
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    if (trace === undefined || trace.decision !== undefined) {
      const decision =
        trace?.decision ?? this.#decisionOfId.get(traceId) ?? this.#decisionAlone(span);
      // The next processor counts spans that are recorded but not sampled.
      if (isSampled) this.#apply(span, decision, 'tail_late');
      else this.#forward(span, undefined);
      return;
    }
    if (span.status.code === SpanStatusCode.ERROR) trace.hasFailed = true;
    const isRoot = trace.rootSpanId === spanId;
    if (!isSampled) this.#forward(span, undefined);
    else if (!isRoot) this.#hold(trace, span);
    if (isRoot) this.#end(trace, span, isSampled);
  }

  async forceFlush(): Promise<void> {
    for (const trace of this.#undecided.all()) {
      if (trace.spans.length > 0) this.#decideEarly(trace, 'tail_flushed');
    }
    await this.#guarded.forceFlush();
  }

  async shutdown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const trace of this.#undecided.all()) this.#decideEarly(trace, 'tail_flushed');
    this.#isShutDown = true;
    this.#traceOfLive.clear();
    this.#decisionOfId.clear();
    await this.#guarded.shutdown();
  }

  #begin(span: RecordingSpan): void {
    const { traceId, spanId } = identityOf(span);
    const { parentSpanContext } = span;
    let trace: LocalTrace | undefined;
    if (parentSpanContext !== undefined && parentSpanContext.isRemote !== true) {
      trace = this.#traceOfLive.get(parentSpanContext.spanId) ?? this.#undecided.find(traceId);
      if (trace === undefined && this.#decisionOfId.has(traceId)) return;
    }
    if (trace === undefined) {
      trace = new LocalTrace(traceId, spanId, span, performance.now());
      this.#undecided.add(trace);
      const { isOverfull, oldest } = this.#undecided;
      if (isOverfull && oldest !== undefined) this.#evict(oldest);
      this.#watchTime();
    }
    this.#traceOfLive.set(spanId, trace);
  }

  #hold(trace: LocalTrace, span: ReadableSpan): void {
    const bytes = estimateSpanBytes(span);
    while (trace.decision === undefined) {
      if (this.#undecided.hold(trace, span, bytes)) return;
      // A span that is too large even for an empty buffer must not evict other traces.
      const isTooLarge = bytes > this.#settings.maxBytes;
      this.#evict(isTooLarge ? trace : (this.#undecided.oldestWithSpans ?? trace));
    }
    this.#apply(span, trace.decision, 'tail_evicted');
  }

  #evict(trace: LocalTrace): void {
    this.#diagnostics.report(
      'Tail sampling has no room left, so a trace was decided before its end; raise maxSpans or maxBytes',
    );
    this.#decideEarly(trace, 'tail_evicted');
  }

  #end(trace: LocalTrace, root: ReadableSpan, isSampled: boolean): void {
    const isSlow = this.#slowness.isSlowEnd(root.name, durationMillisOf(root));
    this.#decide(trace, isSlow, 'tail_not_kept');
    if (isSampled) this.#apply(root, trace.decision ?? 'none', 'tail_not_kept');
  }

  /** Decides by what is known so far, with the age of the trace as its duration. */
  #decideEarly(trace: LocalTrace, reason: DropReason): void {
    const ageMillis = performance.now() - trace.openedAtMillis;
    this.#decide(trace, this.#slowness.isSlow(trace.root.name, ageMillis), reason);
  }

  #decide(trace: LocalTrace, isSlow: boolean, reason: DropReason): void {
    const decision = this.#decisionOf(trace, isSlow);
    trace.decision = decision;
    this.#decisionOfId.set(trace.traceId, decision);
    for (const span of this.#undecided.take(trace)) this.#apply(span, decision, reason);
  }

  #decisionOf({ traceId, root, hasFailed }: LocalTrace, isSlow: boolean): Decision {
    if (hasFailed && this.#settings.keepsErrors) return 'failed';
    if (isSlow) return 'slow';
    if (this.#threshold.keeps(traceId, identityOf(root).traceState)) return 'chance';
    const before = this.#decisionOfId.get(traceId);
    return before === undefined || before === 'none' ? 'none' : 'same_trace';
  }

  /** For a span whose local trace is not known any more. */
  #decisionAlone(span: ReadableSpan): Decision {
    const { traceId, traceState } = identityOf(span);
    if (span.status.code === SpanStatusCode.ERROR && this.#settings.keepsErrors) return 'failed';
    return this.#threshold.keeps(traceId, traceState) ? 'chance' : 'none';
  }

  #apply(span: ReadableSpan, decision: Decision, reason: DropReason): void {
    if (decision === 'none') this.#dropped[reason]++;
    else this.#forward(span, decision);
  }

  #forward(span: ReadableSpan, decision: Decision | undefined): void {
    this.#forwardedCount++;
    const before = identityOf(span).traceState;
    const after = before === undefined ? undefined : this.#traceStateAfter(before, decision);
    this.#guarded.onEnd(
      after === undefined || after === before ? span : withTraceState(span, after),
    );
  }

  #traceStateAfter(before: TraceState, decision: Decision | undefined): TraceState {
    if (decision === 'chance') return this.#threshold.raise(before);
    return decision === 'same_trace' ? withoutThreshold(before) : before;
  }

  #watchTime(): void {
    const { oldest } = this.#undecided;
    if (this.#timer !== undefined || oldest === undefined) return;
    const { timeoutMillis } = this.#settings;
    const dueMillis = oldest.openedAtMillis + timeoutMillis - performance.now();
    this.#timer = contextStorage.runSuppressed(() =>
      setTimeout(() => this.#decideOverdue(), Math.max(1, dueMillis)).unref(),
    );
  }

  #decideOverdue(): void {
    this.#timer = undefined;
    const openedBefore = performance.now() - this.#settings.timeoutMillis;
    for (const trace of this.#undecided.all()) {
      if (trace.openedAtMillis > openedBefore) break;
      this.#decideEarly(trace, 'tail_timeout');
    }
    this.#watchTime();
  }
}

interface Identity {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState?: TraceState | undefined;
}

function identityOf(span: ReadableSpan): Identity {
  return span instanceof RecordingSpan ? span : span.spanContext();
}

function durationMillisOf(span: ReadableSpan): number {
  if (span instanceof RecordingSpan) return span.endMillis - span.startMillis;
  const [seconds, nanos] = span.duration;
  return seconds * 1000 + nanos / 1e6;
}
