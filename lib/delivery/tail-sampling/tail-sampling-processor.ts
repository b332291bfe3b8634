import { performance } from 'node:perf_hooks';
import { type Context, SpanStatusCode, TraceFlags, type TraceState } from '@opentelemetry/api';
import { runSuppressed } from '../../context/suppressed.js';
import { Diagnostics } from '../../diagnostics.js';
import {
  type PipelineCounts,
  type ReadableSpan,
  RecordingSpan,
  type SpanProcessor,
} from '../../trace/index.js';
import { type PipelineState, pipelineStateOf } from '../span-pipeline.js';
import { SpanProcessors } from '../span-processors.js';
import { estimateSpanBytes } from '../span-size.js';
import { LocalTrace, type Verdict } from './local-trace.js';
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

/** Why a span was let go; `README.md` beside this file tells what each means. */
type LetGoReason = 'tail_not_kept' | 'tail_late' | 'tail_timeout' | 'tail_evicted' | 'tail_flushed';

/**
 * Decides about a local trace when it is over: keeps it if a span of it has failed, if it was slow, or
 * if chance has it, and hands its spans on to another processor; the others are let go.
 *
 * A local trace is what this process recorded of a trace below one root: a span without a parent, or
 * with one in another process. Its spans wait until the root has ended, the time is over, or no room
 * is left; `forceFlush` and `shutdown` decide all that wait. Spans that end later follow the decision.
 *
 * `counts` are those of the next processor, with what waits here added to `queued` and what was let go
 * to `dropped`, so they add up to what has ended. What waits is bounded in spans and bytes. Nothing
 * here keeps a process alive.
 *
 * @example
 * new TailSamplingProcessor(new BatchSpanProcessor(new OtlpSpanExporter()), { slowerThanMillis: 500 })
 */
export class TailSamplingProcessor implements SpanProcessor {
  /** Undefined where the next processor does not want it. */
  readonly onEnding?: (span: RecordingSpan) => void;
  readonly #given: SpanProcessor;
  readonly #next: SpanProcessors;
  readonly #settings: TailSamplingSettings;
  readonly #diagnostics: Diagnostics;
  readonly #slowness: Slowness;
  readonly #threshold: TailThreshold;
  readonly #undecided: UndecidedTraces;
  /** To which local trace a span that has not ended belongs, decided or not. */
  readonly #traceOfLive: RecentMap<string, LocalTrace>;
  readonly #verdictOfId: RecentMap<string, Verdict>;
  readonly #letGo: Record<LetGoReason, number> = {
    tail_not_kept: 0,
    tail_late: 0,
    tail_timeout: 0,
    tail_evicted: 0,
    tail_flushed: 0,
  };
  #handedOnCount = 0;
  #isShutDown = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param next what gets the spans that are kept, such as a `BatchSpanProcessor`
   * @throws TracingConfigError for a value outside its range, and for what is no span processor
   */
  constructor(next: SpanProcessor, options: TailSamplingOptions = {}) {
    checkNextProcessor(next);
    this.#settings = checkTailSamplingOptions(options);
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
    this.#given = next;
    // So that one span which the next processor throws at does not cost the rest of its trace.
    this.#next = new SpanProcessors([next], this.#diagnostics);
    if (this.#next.onEnding !== undefined) this.onEnding = this.#next.onEnding;
    const { slowerThanMillis, ratio, maxSpans, maxBytes, maxDecisions } = this.#settings;
    this.#slowness = new Slowness(slowerThanMillis);
    this.#threshold = new TailThreshold(ratio);
    this.#undecided = new UndecidedTraces(maxSpans, maxBytes);
    this.#traceOfLive = new RecentMap(maxSpans * 2);
    this.#verdictOfId = new RecentMap(maxDecisions);
  }

  get counts(): PipelineCounts {
    const { exported, failed, dropped, queued } = this.#given.counts ?? {
      exported: this.#handedOnCount,
      failed: 0,
      dropped: {},
      queued: 0,
    };
    const letGo = Object.entries(this.#letGo).filter(([, count]) => count > 0);
    return {
      exported,
      failed,
      dropped: { ...dropped, ...Object.fromEntries(letGo) },
      queued: queued + this.#undecided.spanCount,
    };
  }

  /** How the processor behind stands, where it says so. */
  get state(): PipelineState | undefined {
    return pipelineStateOf(this.#given);
  }

  onStart(span: RecordingSpan, parentContext: Context): void {
    if (!this.#isShutDown) this.#begin(span);
    this.#next.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#isShutDown) {
      this.#handOn(span, undefined);
      return;
    }
    const { traceId, spanId, traceFlags } = identityOf(span);
    const trace = this.#traceOfLive.take(spanId) ?? this.#undecided.find(traceId);
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    if (trace === undefined || trace.verdict !== undefined) {
      const verdict = trace?.verdict ?? this.#verdictOfId.get(traceId) ?? this.#judgeAlone(span);
      // Those that are recorded but not sampled are counted by the next processor, as ever.
      if (isSampled) this.#follow(span, verdict, 'tail_late');
      else this.#handOn(span, undefined);
      return;
    }
    if (span.status.code === SpanStatusCode.ERROR) trace.hasFailed = true;
    const isRoot = trace.rootSpanId === spanId;
    if (!isSampled) this.#handOn(span, undefined);
    else if (!isRoot) this.#hold(trace, span);
    if (isRoot) this.#end(trace, span, isSampled);
  }

  async forceFlush(): Promise<void> {
    for (const trace of this.#undecided.all()) {
      if (trace.spans.length > 0) this.#decideEarly(trace, 'tail_flushed');
    }
    await this.#next.forceFlush();
  }

  async shutdown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const trace of this.#undecided.all()) this.#decideEarly(trace, 'tail_flushed');
    this.#isShutDown = true;
    this.#traceOfLive.clear();
    this.#verdictOfId.clear();
    await this.#next.shutdown();
  }

  #begin(span: RecordingSpan): void {
    const { traceId, spanId } = identityOf(span);
    const { parentSpanContext } = span;
    let trace: LocalTrace | undefined;
    if (parentSpanContext !== undefined && parentSpanContext.isRemote !== true) {
      trace = this.#traceOfLive.get(parentSpanContext.spanId) ?? this.#undecided.find(traceId);
      if (trace === undefined && this.#verdictOfId.has(traceId)) return;
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
    while (trace.verdict === undefined) {
      if (this.#undecided.hold(trace, span, bytes)) return;
      // One that would not fit into an empty buffer costs no other trace its place.
      const isTooLarge = bytes > this.#settings.maxBytes;
      this.#evict(isTooLarge ? trace : (this.#undecided.oldestWithSpans ?? trace));
    }
    this.#follow(span, trace.verdict, 'tail_evicted');
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
    if (isSampled) this.#follow(root, trace.verdict ?? 'none', 'tail_not_kept');
  }

  /** Decides by what is known so far; its age stands in for the duration. */
  #decideEarly(trace: LocalTrace, reason: LetGoReason): void {
    const ageMillis = performance.now() - trace.openedAtMillis;
    this.#decide(trace, this.#slowness.isSlow(trace.root.name, ageMillis), reason);
  }

  #decide(trace: LocalTrace, isSlow: boolean, reason: LetGoReason): void {
    const verdict = this.#judge(trace, isSlow);
    trace.verdict = verdict;
    this.#verdictOfId.set(trace.traceId, verdict);
    for (const span of this.#undecided.take(trace)) this.#follow(span, verdict, reason);
  }

  #judge({ traceId, root, hasFailed }: LocalTrace, isSlow: boolean): Verdict {
    if (hasFailed && this.#settings.keepsErrors) return 'failed';
    if (isSlow) return 'slow';
    if (this.#threshold.keeps(traceId, identityOf(root).traceState)) return 'chance';
    const before = this.#verdictOfId.get(traceId);
    return before === undefined || before === 'none' ? 'none' : 'same_trace';
  }

  /** Of a span whose trace nobody remembers. */
  #judgeAlone(span: ReadableSpan): Verdict {
    const { traceId, traceState } = identityOf(span);
    if (span.status.code === SpanStatusCode.ERROR && this.#settings.keepsErrors) return 'failed';
    return this.#threshold.keeps(traceId, traceState) ? 'chance' : 'none';
  }

  #follow(span: ReadableSpan, verdict: Verdict, reason: LetGoReason): void {
    if (verdict === 'none') this.#letGo[reason]++;
    else this.#handOn(span, verdict);
  }

  #handOn(span: ReadableSpan, verdict: Verdict | undefined): void {
    this.#handedOnCount++;
    const before = identityOf(span).traceState;
    const after = before === undefined ? undefined : this.#traceStateAfter(before, verdict);
    this.#next.onEnd(after === undefined || after === before ? span : withTraceState(span, after));
  }

  #traceStateAfter(before: TraceState, verdict: Verdict | undefined): TraceState {
    if (verdict === 'chance') return this.#threshold.raise(before);
    return verdict === 'same_trace' ? withoutThreshold(before) : before;
  }

  #watchTime(): void {
    const { oldest } = this.#undecided;
    if (this.#timer !== undefined || oldest === undefined) return;
    const { timeoutMillis } = this.#settings;
    const dueMillis = oldest.openedAtMillis + timeoutMillis - performance.now();
    this.#timer = runSuppressed(() =>
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
