import type { Span } from '@opentelemetry/api';
import {
  contextStorage,
  type EntryOperation,
  isLocalSpan,
  type LocalSpan,
  type TracingContext,
} from '../context/index.js';
import { isClientError, isRefusal, originalErrorOf } from './graphql-errors.js';
import type { GraphqlResolveInfo, GraphqlResolver } from './graphql-shapes.js';
import { ResolverSpans } from './resolver-spans.js';

/** Number of recorded errors. Each item of a list can fail; the first errors are sufficient. */
const MAX_ERRORS = 8;

/**
 * The execution of a GraphQL operation and its span. `GraphqlHandler` begins it.
 *
 * It holds nothing of the request, because a timer or cache that keeps the context also keeps the operation.
 */
export class GraphqlOperation implements EntryOperation {
  /** The active context in resolvers. */
  readonly context: TracingContext;

  // TypeScript's `private`, not `#`: on Node 20 each `#` member makes construction slower.
  private recorded: unknown[] = [];
  /** The status of the span is that of the first failure. */
  private hasFailed = false;
  private readonly resolverSpans: ResolverSpans | undefined;

  /**
   * @param open the open operations of the handler
   * @param outer the context in which the operation is executed
   * @param depth the number of levels of resolvers with spans
   * @param isSubscription true if resolvers are called again for each event
   * @param isOwnEntry true if no request executes the operation
   */
  constructor(
    open: Set<GraphqlOperation>,
    readonly span: LocalSpan,
    private readonly outer: TracingContext,
    depth: number,
    isSubscription: boolean,
    private readonly isOwnEntry: boolean,
  ) {
    this.context = outer.withEntry(span, this);
    if (!span.isRecording()) return;
    const resolverSpans =
      depth > 0 ? new ResolverSpans(span.tracer, this.context, depth, isSubscription) : undefined;
    this.resolverSpans = resolverSpans;
    open.add(this);
    span.beforeEnd(() => {
      open.delete(this);
      this.recorded = [];
      resolverSpans?.finish();
    });
  }

  /** That of the request that executes the operation. */
  get entrySpan(): Span {
    return this.outer.entry?.entrySpan ?? this.span;
  }

  /** Nest's filters can handle the exception. If they do not, the resolver fails with it. */
  exceptionCaught(exception: unknown): void {
    if (!this.isNew(exception)) return;
    const { span } = contextStorage.active();
    const isResolverSpan = this.resolverSpans !== undefined && isLocalSpan(span);
    (isResolverSpan ? span : this.span).recordExceptionOnce(exception);
  }

  /** Calls a resolver in the context of the operation. */
  resolve(resolver: GraphqlResolver, self: unknown, args: readonly unknown[]): unknown {
    if (!this.span.isRecording()) return this.call(resolver, self, args);
    let result: unknown;
    try {
      result =
        this.resolverSpans === undefined
          ? this.call(resolver, self, args)
          : this.resolverSpans.resolve(resolver, self, args, args[3] as GraphqlResolveInfo);
    } catch (error) {
      this.recordErrors([error]);
      throw error;
    }
    // Drivers can format errors before they tell of them. `graphql` handles the rejection of the promise.
    if (result instanceof Promise) {
      result.then(undefined, (error: unknown) => this.recordErrors([error]));
    }
    return result;
  }

  /** Records errors of resolvers or of the result, each as the error that a resolver threw. */
  recordErrors(errors: readonly unknown[]): void {
    for (const error of errors) {
      const original = originalErrorOf(error);
      // Mercurius formats the errors of a result. The resolvers have told of most of them.
      if (!(original instanceof Error) && this.recorded.length > 0) continue;
      this.record(original, !isClientError(error));
    }
  }

  /** Records the errors of a document that cannot be executed. */
  recordRefusals(errors: readonly unknown[]): void {
    for (const error of errors) this.record(originalErrorOf(error), !isRefusal(error));
  }

  /** The operation ended. Only the first end has an effect. */
  finish(): void {
    if (this.span.isRecording()) this.span.end();
  }

  /** The operation stopped before its end, for the given reason, which becomes an event. */
  breakOff(reason: string): void {
    if (!this.span.isRecording()) return;
    this.span.addEvent(reason);
    this.span.end();
  }

  /** False if the active code belongs to another request than the operation. */
  canBelongTo(entry: EntryOperation | undefined): boolean {
    return entry === undefined || entry === this || entry === this.outer.entry || this.isOwnEntry;
  }

  private call(resolver: GraphqlResolver, self: unknown, args: readonly unknown[]): unknown {
    if (contextStorage.active().entry === this) return Reflect.apply(resolver, self, args);
    return contextStorage.call(this.context, resolver, self, args);
  }

  private record(error: unknown, isFailure: boolean): void {
    if (!this.isNew(error) && !this.recorded.includes(error)) return;
    if (isFailure && !this.hasFailed) {
      this.hasFailed = true;
      this.span.recordError(error);
    } else {
      this.span.recordExceptionOnce(error);
    }
  }

  private isNew(error: unknown): boolean {
    const { recorded } = this;
    if (!this.span.isRecording() || recorded.includes(error)) return false;
    return recorded.length < MAX_ERRORS && recorded.push(error) > 0;
  }
}
