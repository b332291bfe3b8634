import type { Attributes, SpanOptions } from '@opentelemetry/api';
import { isObservable, tap } from 'rxjs';
import { contextStorage, type LocalSpan, type LocalTracer } from '../context/index.js';
import { type CallDescription, callInSpan } from '../operation/index.js';
import {
  NESTJS_CALLBACK,
  NESTJS_CONTROLLER,
  NESTJS_GUARD_ALLOWED,
  NESTJS_PIPE_PARAMETER,
  NESTJS_TYPE,
} from './attributes.js';
import type { LifecycleStage } from './lifecycle-options.js';
import { recordStageFailure } from './stage-failure.js';
import { stageTracer } from './stage-tracer.js';
import { type NextHandler, WatchedNext } from './watched-next.js';

/** Any method, with any arguments. */
export type StageMethod = (this: unknown, ...args: unknown[]) => unknown;

/** All stages that `traceStage` traces. */
export type CalledStage = Exclude<LifecycleStage, 'middleware'>;

/**
 * Returns a function that runs each call of a method of an enhancer or controller in a span. The span is named
 * `AuthGuard.canActivate`, is active in the method, and ends when the work of the result ends.
 *
 * @param className empty if the object has no class
 * @param users the tracers of the applications that trace the method; the array can change
 */
export function traceStage(
  method: StageMethod,
  stage: CalledStage,
  className: string,
  methodName: string,
  users: readonly LocalTracer[],
): StageMethod {
  const name = className === '' ? methodName : `${className}.${methodName}`;
  const attributes: Attributes = { [NESTJS_TYPE]: stage };
  if (stage === 'handler') {
    attributes[NESTJS_CONTROLLER] = className;
    attributes[NESTJS_CALLBACK] = methodName;
  }
  const options: SpanOptions = { attributes };
  if (stage === 'interceptor') return traceInterceptor(method, name, options, users);
  if (stage === 'guard') return traceGuard(method, name, options, users);
  if (stage === 'exception_filter') return traceFilter(method, name, options, users);
  const description = stage === 'pipe' ? PIPE : OTHER;
  return function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: a rest parameter costs an array for each call
    const args = arguments as unknown as unknown[];
    const context = contextStorage.active();
    const tracer = stageTracer(context, users);
    if (tracer === undefined) return method.apply(this, args);
    const span = tracer.startSpan(name, options, context);
    return callInSpan(span, context, method, this, args, description);
  };
}

/** An Observable tells its value later, so it is observed too. */
function traceGuard(
  method: StageMethod,
  name: string,
  options: SpanOptions,
  users: readonly LocalTracer[],
): StageMethod {
  return function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: a rest parameter costs an array for each call
    const args = arguments as unknown as unknown[];
    const context = contextStorage.active();
    const tracer = stageTracer(context, users);
    if (tracer === undefined) return method.apply(this, args);
    const span = tracer.startSpan(name, options, context);
    const result = callInSpan(span, context, method, this, args, GUARD);
    if (!isObservable(result) || !span.isRecording()) return result;
    return result.pipe(tap((value) => setAllowed(span, value)));
  };
}

/** The second argument is replaced, to see when the handler starts and ends. */
function traceInterceptor(
  method: StageMethod,
  name: string,
  options: SpanOptions,
  users: readonly LocalTracer[],
): StageMethod {
  return function (this: unknown, execution, next, ...others): unknown {
    const context = contextStorage.active();
    const tracer = stageTracer(context, users);
    if (tracer === undefined) return method.call(this, execution, next, ...others);
    const span = tracer.startSpan(name, options, context);
    const watched = span.isRecording() ? new WatchedNext(next as NextHandler, span) : next;
    return callInSpan(span, context, method, this, [execution, watched, ...others], INTERCEPTOR);
  };
}

/**
 * A filter of messages answers with an Observable that fails, so the work of a filter ends when it returns an
 * Observable.
 */
function traceFilter(
  method: StageMethod,
  name: string,
  options: SpanOptions,
  users: readonly LocalTracer[],
): StageMethod {
  return function (this: unknown, ...args): unknown {
    const context = contextStorage.active();
    const tracer = stageTracer(context, users);
    if (tracer === undefined) return method.apply(this, args);
    const span = tracer.startSpan(name, options, context);
    let answer: unknown;
    const result = callInSpan(
      span,
      context,
      () => {
        answer = method.apply(this, args);
        return isObservable(answer) ? undefined : answer;
      },
      undefined,
      args,
      OTHER,
    );
    return isObservable(answer) ? answer : result;
  };
}

/** The used members of Nest's `ExecutionContext`. */
interface Execution {
  getClass(): { readonly name: string };
  getHandler(): { readonly name: string };
}

/** For a method that gets the execution context as its first argument. */
const EXECUTION: CallDescription = {
  arguments(span, _self, args) {
    try {
      const execution = args[0] as Execution;
      span.setAttribute(NESTJS_CONTROLLER, execution.getClass().name);
      span.setAttribute(NESTJS_CALLBACK, execution.getHandler().name);
    } catch {
      // Other code can call the method, with other arguments.
    }
  },
  result() {},
  error: recordStageFailure,
};

/** Nest subscribes to what an interceptor returns, unless the request ends while it waits for a promise of it. */
const INTERCEPTOR: CallDescription = { ...EXECUTION, isSubscribed: true };

const GUARD: CallDescription = {
  arguments: EXECUTION.arguments,
  result(span, _self, result) {
    if (typeof result === 'boolean') setAllowed(span, result);
    else if (result instanceof Promise) {
      // The caller gets a derived promise, whose rejection Node still reports as unhandled.
      result.then(
        (value) => setAllowed(span, value),
        () => {},
      );
    }
  },
  error: recordStageFailure,
};

const PIPE: CallDescription = {
  arguments(span, _self, args) {
    const { type, data } = (args[1] ?? {}) as { type?: unknown; data?: unknown };
    if (typeof type !== 'string') return;
    const hasName = typeof data === 'string' && data !== '';
    span.setAttribute(NESTJS_PIPE_PARAMETER, hasName ? `${type}.${data}` : type);
  },
  result() {},
  error: recordStageFailure,
};

const OTHER: CallDescription = { arguments() {}, result() {}, error: recordStageFailure };

function setAllowed(span: LocalSpan, value: unknown): void {
  if (typeof value === 'boolean' && span.isRecording()) {
    span.setAttribute(NESTJS_GUARD_ALLOWED, value);
  }
}
