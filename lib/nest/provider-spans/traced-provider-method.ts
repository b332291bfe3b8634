import {
  contextStorage,
  currentTracer,
  isLocalSpan,
  type LocalTracer,
} from '../../context/index.js';
import { callInSpan } from '../../operation/index.js';
import type { Method } from '../prototype-methods.js';

/**
 * Creates the method that replaces `original` and runs each call in a span. Classes are shared by all applications
 * of the process, so it only traces calls of the application of `tracer`: those below its spans, and those
 * without an active span of objects that belong to it.
 */
export function traceProviderMethod(original: Method, name: string, tracer: LocalTracer): Method {
  const { application } = tracer;
  const options = {};
  return function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: a rest parameter costs an array for each call
    const args: ArrayLike<unknown> = arguments;
    const context = contextStorage.active();
    const { span: parent } = context;
    const isTraced = isLocalSpan(parent)
      ? !parent.isUnsampledForAll && parent.tracer.application === application
      : currentTracer(this)?.application === application;
    if (!isTraced || context.suppressed) return original.apply(this, args as unknown[]);
    const span = tracer.startSpan(name, options, context);
    return callInSpan(span, context, original, this, args);
  };
}
