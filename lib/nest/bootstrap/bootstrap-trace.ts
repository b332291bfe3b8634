import { type Attributes, type HrTime, type TimeInput, trace } from '@opentelemetry/api';
import {
  contextStorage,
  type LocalSpan,
  type LocalTracer,
  StartUpSpan,
  TracingContext,
} from '../../context/index.js';
import { callInSpan } from '../../operation/index.js';

// Not that of the global object, which tests replace. An import would also load `node:timers/promises`.
const { setImmediate } = process.getBuiltinModule('node:timers');

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** A step of the start that runs outside of the contexts of the trace. */
export interface StartUpStep {
  /** Ends the span of the step. Further calls have no effect. */
  end(error?: unknown, attributes?: Attributes): void;
}

/**
 * The trace of one start of an application: a root span, and a span for each step.
 *
 * No hook of Nest tells that the start is over: an application can listen after its hooks, or not at all. The
 * trace is over when the hooks have begun to run to their end ({@link lastHooksBegin}) and no step has run for a
 * turn of the event loop. Steps that begin later, such as a late `listen`, still join the trace.
 */
export class BootstrapTrace {
  readonly #tracer: LocalTracer;
  readonly #flush: () => void;
  readonly #onOver: () => void;
  readonly #scopes: StartUpSpan[] = [];
  #root: LocalSpan | undefined;
  #rootContext = TracingContext.ROOT;
  #lastEnd: HrTime | undefined;
  #runningCount = 0;
  #canBeOver = false;
  #isOver = false;
  #isClosed = false;

  /**
   * @param flush exports the ended spans; called when the start fails, because the process can end soon
   * @param onOver called once, when the trace is over
   */
  constructor(tracer: LocalTracer, flush: () => void, onOver: () => void) {
    this.#tracer = tracer;
    this.#flush = flush;
    this.#onOver = onOver;
  }

  /** Starts the root span, unless it has started. */
  begin(startTime?: TimeInput): void {
    if (this.#root !== undefined || this.#isClosed) return;
    this.#root = this.#tracer.startSpan('bootstrap', { startTime, root: true }, ROOT);
    this.#rootContext = ROOT.withSpan(this.#root);
  }

  /** Records a step that is over. */
  addPast(name: string, startTime: TimeInput | undefined, endTime: TimeInput | undefined): void {
    this.#tracer.startSpan(name, { startTime }, this.#rootContext).end(endTime);
  }

  /** Runs a lifecycle hook in a span, which its work belongs to. Returns what the hook returns. */
  run(
    name: string,
    attributes: Attributes,
    hook: Method,
    self: unknown,
    args: readonly unknown[],
  ): unknown {
    if (this.#isOver || contextStorage.active().suppressed) return Reflect.apply(hook, self, args);
    this.begin();
    const span = this.#tracer.startSpan(name, { attributes }, this.#rootContext);
    const scope = new StartUpSpan(span);
    this.#scopes.push(scope);
    this.#runningCount++;
    const end = (): void => this.#stepEnded();
    let result: unknown;
    try {
      // The hook runs in no other context, so that a span around the start does not take its spans.
      result = contextStorage.call(ROOT, callInSpan as Method, undefined, [
        ...[scope, ROOT, hook, self, args],
      ]);
    } catch (error) {
      end();
      this.#fail(error);
      throw error;
    }
    if (result instanceof Promise) {
      result.then(end, (error: unknown) => {
        end();
        this.#fail(error);
      });
    } else if (span.isRecording()) span.beforeEnd(end);
    else end();
    return result;
  }

  /**
   * Begins a step whose work must not run in the context of the trace: servers and connections keep the context
   * that opens them, and would hand it to each request.
   *
   * @param isPartOfHook true for a step that only belongs to the trace if a hook is active
   * @returns undefined if the step does not belong to the trace
   */
  beginStep(name: string, isPartOfHook = false): StartUpStep | undefined {
    if (this.#isClosed) return undefined;
    const active = contextStorage.active();
    if (active.suppressed) return undefined;
    if (isPartOfHook && (this.#isOver || !this.#holds(active))) return undefined;
    this.begin();
    const parent = isPartOfHook ? active : this.#rootContext;
    const span = this.#tracer.startSpan(name, {}, parent);
    this.#runningCount++;
    let isEnded = false;
    return {
      end: (error, attributes) => {
        if (isEnded) return;
        isEnded = true;
        if (attributes !== undefined) span.setAttributes(attributes);
        if (error !== undefined) span.recordError(error);
        span.end();
        this.#stepEnded();
        if (error !== undefined && !isPartOfHook) this.#fail(error);
      },
    };
  }

  /** Nest calls the last of the lifecycle hooks now. */
  lastHooksBegin(): void {
    this.#canBeOver = true;
    this.#stepEnds();
  }

  /** Ends the trace now, and lets no further step join it. */
  close(): void {
    this.#isClosed = true;
    this.#over();
  }

  #holds({ span }: TracingContext): boolean {
    return (
      this.#root !== undefined && span?.spanContext().traceId === this.#root.spanContext().traceId
    );
  }

  #stepEnded(): void {
    this.#runningCount--;
    this.#stepEnds();
  }

  #stepEnds(): void {
    this.#lastEnd = this.#root?.currentTime() ?? this.#lastEnd;
    if (!this.#canBeOver || this.#runningCount > 0 || this.#isOver) return;
    setImmediate(() => {
      if (this.#runningCount === 0) this.#over();
    });
  }

  /** The first failure is that of the start. Its span must not wait for the other hooks. */
  #fail(error: unknown): void {
    if (this.#root?.isRecording()) this.#root.recordError(error).end(this.#lastEnd);
    this.#canBeOver = true;
    this.#stepEnds();
    this.#flush();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const scope of this.#scopes.splice(0)) scope.release();
    const root = this.#root;
    if (root !== undefined) {
      if (root.isRecording()) root.end(this.#lastEnd);
      // A later step needs the ids only.
      this.#rootContext = ROOT.withSpan(trace.wrapSpanContext(root.spanContext()));
    }
    this.#onOver();
  }
}

const { ROOT } = TracingContext;
