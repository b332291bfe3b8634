import type { EventEmitter } from 'node:events';
import type { SpanOptions } from '@opentelemetry/api';
import {
  contextStorage,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../context/index.js';
import { NESTJS_TYPE } from './attributes.js';
import { recordStageFailure } from './stage-failure.js';
import { stageTracer } from './stage-tracer.js';
import type { StageMethod } from './traced-stage.js';

const OPTIONS: SpanOptions = { attributes: { [NESTJS_TYPE]: 'middleware' } };

/**
 * Returns a function that runs each call of a middleware in a span. The span ends when the middleware calls
 * `next`; what comes next is not inside of it. If it does not call `next`, the span ends when the response
 * closes. What the middleware throws, or passes to `next`, passes unchanged.
 */
export function traceMiddleware(
  method: StageMethod,
  name: string,
  users: readonly LocalTracer[],
): StageMethod {
  return function (this: unknown, request, response, next, ...others): unknown {
    const context = contextStorage.active();
    const tracer = typeof next === 'function' ? stageTracer(context, users) : undefined;
    const span = tracer?.startSpan(name, OPTIONS, context);
    if (span?.isRecording() !== true) {
      return method.call(this, request, response, next, ...others);
    }
    const call = new MiddlewareCall(span, context, next as StageMethod);
    return call.run(method, this, [request, response, call.proceed, ...others]);
  };
}

/** The values with which Express passes a request on to another route, without an error. */
const NO_ERRORS: readonly unknown[] = ['route', 'router'];

class MiddlewareCall {
  constructor(
    private readonly span: LocalSpan,
    private readonly outside: TracingContext,
    private readonly next: StageMethod,
  ) {}

  /** The `next` of the middleware. */
  readonly proceed = (...values: unknown[]): unknown => {
    const [error] = values;
    if (error && !NO_ERRORS.includes(error)) this.fail(error);
    else this.endIfOpen();
    const active = contextStorage.active();
    // The middleware can have changed the baggage, which the rest of the request keeps.
    const context = active.span === this.span ? active.withSpan(this.outside.span) : active;
    return contextStorage.call(context, this.next as never, undefined, values);
  };

  run(method: StageMethod, self: unknown, args: unknown[]): unknown {
    const { span, outside } = this;
    contextStorage.enter(outside.withSpan(span));
    let result: unknown;
    try {
      result = Reflect.apply(method, self, args);
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      contextStorage.leave(outside);
    }
    if (!span.isRecording()) return result;
    if (!(result instanceof Promise)) {
      this.endWith(args[1]);
      return result;
    }
    return result.then(
      (value: unknown) => {
        this.endWith(args[1]);
        return value;
      },
      (error: unknown) => {
        this.fail(error);
        throw error;
      },
    );
  }

  private fail(error: unknown): void {
    if (!this.span.isRecording()) return;
    recordStageFailure(this.span, error);
    this.span.end();
  }

  /** Without a call of `next`, the middleware answers, or calls `next` later. */
  private endWith(response: unknown): void {
    const { span } = this;
    if (!span.isRecording()) return;
    const { once, writableEnded, destroyed } = (response ?? {}) as Partial<
      EventEmitter & { writableEnded: boolean; destroyed: boolean }
    >;
    if (typeof once !== 'function' || writableEnded === true || destroyed === true) span.end();
    else once.call(response, 'close', () => this.endIfOpen());
  }

  private endIfOpen(): void {
    if (this.span.isRecording()) this.span.end();
  }
}
