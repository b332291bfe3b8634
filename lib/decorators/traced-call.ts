import type { Link } from '@opentelemetry/api';
import {
  contextStorage,
  currentTracer,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
} from '../context/index.js';
import { type CallDescription, callInSpan, callWithCallback } from '../operation/index.js';
import { activeSpan } from './active-span.js';
import { toLinks } from './call-links.js';
import { keepIdentity } from './keep-identity.js';
import type { Method, PlacedOptions } from './traced-method.js';
import type { ErrorCondition, TracedOptions } from './traced-options.js';

/** What is decided for all calls of a method. */
export interface CallPlan {
  readonly original: Method;
  /** Class and method, for reports. */
  readonly methodName: string;
  /** The name of the spans, unless the options have a function for it. */
  readonly name: string;
  readonly spanOptions: PlacedOptions;
  readonly description: CallDescription | undefined;
  /** The parameters that receive the span of the call. */
  readonly spanIndexes: readonly number[];
}

/** Whether the options have something that is decided for each call. */
export function hasCallRules({ name, links, when, isError, callback }: TracedOptions): boolean {
  return typeof name === 'function' || callback === true || Boolean(links || when || isError);
}

/**
 * Creates a traced method with the options that are decided for each call: a function as `name`, `links`, `when`,
 * `isError` and `callback`. Methods without such options do not run this code.
 */
export function traceWithRules(plan: CallPlan, options: TracedOptions): Method {
  const { original, methodName, spanOptions, spanIndexes } = plan;
  const { links, when, isError, callback } = options;
  const nameOf = typeof options.name === 'function' ? options.name : undefined;
  const isRoot = options.root === true;

  /** Calls a function of the options; if it throws, the call goes on with `fallback`. */
  const ask = <T>(
    tracer: LocalTracer,
    option: string,
    effect: string,
    fallback: T,
    fn: () => T,
  ): T => {
    try {
      return fn();
    } catch (error) {
      const what = `The option ${option} of @Traced() on ${methodName} threw`;
      tracer.diagnostics.report(`${what}; ${effect}`, error);
      return fallback;
    }
  };

  return function (this: unknown, ...args: unknown[]): unknown {
    const context = contextStorage.active();
    const { span: parent } = context;
    const isLocal = isLocalSpan(parent);
    const tracer = isLocal ? parent.tracer.application.tracer : currentTracer(this);
    const isTraced =
      tracer !== undefined &&
      !context.suppressed &&
      !(isLocal && parent.isUnsampledForAll && !isRoot) &&
      (when === undefined ||
        ask(tracer, 'when', 'the call gets a span', true, () => when.apply(this, args)));
    if (!isTraced) {
      for (const index of spanIndexes) args[index] = activeSpan();
      return original.apply(this, args);
    }
    const name =
      nameOf === undefined
        ? plan.name
        : ask(tracer, 'name', 'the span is named after the method', plan.name, () =>
            checkedName(nameOf.apply(this, args)),
          );
    const linkList: Link[] =
      links === undefined
        ? []
        : ask(tracer, 'links', 'the span has no links', [], () =>
            toLinks(tracer, links.apply(this, args)),
          );
    const placed = spanOptions.for(tracer);
    const startOptions = linkList.length === 0 ? placed : { ...placed, links: linkList };
    const span = tracer.startSpan(name, startOptions, context);
    const isRecording = span.isRecording();
    let { description } = plan;
    if (isRecording && isError !== undefined) {
      description = withErrorRule(description, (error) =>
        ask(tracer, 'isError', 'the error counts as a failure', true, () =>
          (isError as ErrorCondition).call(this, error),
        ),
      );
    }
    for (const index of spanIndexes) args[index] = span;
    if (isRecording && callback === true && typeof args.at(-1) === 'function') {
      return callWithCallback(span, context, original, this, args, description, keepIdentity);
    }
    return callInSpan(span, context, original, this, args, description);
  };
}

/** Returns a description for one call, whose span records only errors that are failures. */
function withErrorRule(
  description: CallDescription | undefined,
  isFailure: (error: unknown) => boolean,
): CallDescription {
  return {
    arguments: description?.arguments ?? describeNothing,
    result: description?.result ?? describeNothing,
    error(span: LocalSpan, error: unknown): void {
      if (isFailure(error)) span.recordError(error);
    },
  };
}

function describeNothing(): void {}

function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new TypeError(`It must return a non-empty string, but returned ${typeof name}`);
}
