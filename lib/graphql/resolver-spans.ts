import { type HrTime, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../context/index.js';
import { RESOLVER_CALL_COUNT, RESOLVER_FIELD } from './attributes.js';
import { isClientError } from './graphql-errors.js';
import type { GraphqlPath, GraphqlResolveInfo, GraphqlResolver } from './graphql-shapes.js';

/**
 * The spans of the resolvers of one operation: one for each field of the schema and level. The number of spans
 * therefore depends on the schema, and not on the lengths of lists or the number of aliases.
 */
export class ResolverSpans {
  readonly #tracer: LocalTracer;
  readonly #context: TracingContext;
  readonly #depth: number;
  readonly #endsIdle: boolean;
  readonly #byField = new Map<string, ResolverSpan>();
  /**
   * By the path of a field: what fields below it need to know. Without it, each call would follow its path to the
   * operation, which takes quadratic time in a deep document.
   */
  readonly #byPath = new WeakMap<GraphqlPath, Place>();

  /**
   * @param context the context of the operation
   * @param depth the number of levels with spans, at least 1
   * @param endsIdle true to end a span as soon as no call is running, instead of with the operation
   */
  constructor(tracer: LocalTracer, context: TracingContext, depth: number, endsIdle: boolean) {
    this.#tracer = tracer;
    this.#context = context;
    this.#depth = depth;
    this.#endsIdle = endsIdle;
  }

  /** Calls a resolver in the span of its field, or below the depth in that of the closest field above. */
  resolve(
    resolver: GraphqlResolver,
    self: unknown,
    args: readonly unknown[],
    info: GraphqlResolveInfo,
  ): unknown {
    const { closest: parent, level: levelAbove } = this.#above(info.path);
    const level = levelAbove + 1;
    if (level > this.#depth) {
      return contextStorage.call(parent?.context ?? this.#context, resolver, self, args);
    }
    const resolverSpan = this.#spanOf(info, parent, level);
    resolverSpan.begin();
    let result: unknown;
    try {
      result = contextStorage.call(resolverSpan.context, resolver, self, args);
    } catch (error) {
      this.#fail(resolverSpan, error);
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.#finish(resolverSpan);
      return result;
    }
    return result.then(
      (value: unknown) => {
        this.#finish(resolverSpan);
        return value;
      },
      (error: unknown) => {
        this.#fail(resolverSpan, error);
        throw error;
      },
    );
  }

  /** Ends all spans, each with its last call. */
  finish(): void {
    for (const resolverSpan of this.#byField.values()) resolverSpan.end();
    this.#byField.clear();
  }

  /** Returns the place of the field above, and remembers it. */
  #above({ prev }: GraphqlPath): Place {
    const unknown: GraphqlPath[] = [];
    let place = OPERATION;
    for (let above = prev; above !== undefined; above = above.prev) {
      // The items of a list have paths of their own, and share that of the list.
      if (typeof above.key === 'number') continue;
      const known = this.#byPath.get(above);
      if (known !== undefined) {
        place = known;
        break;
      }
      unknown.push(above);
    }
    for (let index = unknown.length - 1; index >= 0; index--) {
      place = { level: place.level + 1, closest: place.closest };
      this.#byPath.set(unknown[index] as GraphqlPath, place);
    }
    return place;
  }

  #spanOf(
    { parentType, fieldName, path }: GraphqlResolveInfo,
    parent: ResolverSpan | undefined,
    level: number,
  ): ResolverSpan {
    const field = `${parentType.name}.${fieldName}`;
    const key = `${level} ${field}`;
    let resolverSpan = this.#byField.get(key);
    if (resolverSpan === undefined) {
      const context = parent?.context ?? this.#context;
      const attributes = { [RESOLVER_FIELD]: field };
      const span = this.#tracer.startSpan(field, { kind: SpanKind.INTERNAL, attributes }, context);
      resolverSpan = new ResolverSpan(key, span, context.withSpan(span));
      this.#byField.set(key, resolverSpan);
    }
    this.#byPath.set(path, { level, closest: resolverSpan });
    return resolverSpan;
  }

  #fail(resolverSpan: ResolverSpan, error: unknown): void {
    if (isClientError(error)) resolverSpan.span.recordExceptionOnce(error);
    else resolverSpan.span.recordError(error);
    this.#finish(resolverSpan);
  }

  #finish(resolverSpan: ResolverSpan): void {
    if (resolverSpan.finishCall() > 0 || !this.#endsIdle) return;
    resolverSpan.end();
    if (this.#byField.get(resolverSpan.key) === resolverSpan) {
      this.#byField.delete(resolverSpan.key);
    }
  }
}

/** A field in the answer. */
interface Place {
  /** The fields of the operation are level 1. */
  readonly level: number;
  /** The span of the field, or of the closest field above that has one. */
  readonly closest: ResolverSpan | undefined;
}

const OPERATION: Place = { level: 0, closest: undefined };

/** The span of all calls for one field on one level. */
class ResolverSpan {
  private callCount = 0;
  private openCount = 0;
  private lastEnd: HrTime | undefined = undefined;

  constructor(
    readonly key: string,
    readonly span: LocalSpan,
    readonly context: TracingContext,
  ) {}

  begin(): void {
    this.callCount++;
    this.openCount++;
  }

  /** @returns the number of running calls */
  finishCall(): number {
    this.openCount--;
    this.lastEnd = this.span.currentTime();
    return this.openCount;
  }

  end(): void {
    if (!this.span.isRecording()) return;
    this.span.setAttribute(RESOLVER_CALL_COUNT, this.callCount);
    // A call that is still running has no end yet.
    this.span.end(this.openCount > 0 ? undefined : this.lastEnd);
  }
}
