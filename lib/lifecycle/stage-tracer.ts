import type { TracingContext } from '../context/index.js';
import { contextStorage, currentTracer, isLocalSpan, type LocalTracer } from '../context/index.js';

/**
 * Returns the tracer for the call of a stage. A stage has a span only inside of a span of its application: the
 * span of the request tells the application, also if several applications share an instance.
 *
 * @param users the tracers of the applications that trace the stage
 * @returns undefined if the call is not traced
 */
export function stageTracer(
  context: TracingContext,
  users: readonly LocalTracer[],
): LocalTracer | undefined {
  const { span } = context;
  if (span === undefined || context.suppressed) return undefined;
  const isLocal = isLocalSpan(span);
  if (isLocal && span.isUnsampledForAll) return undefined;
  const application = isLocal ? span.tracer.application : currentTracer()?.application;
  for (const user of users) {
    if (user.application === application) return user;
  }
  return undefined;
}

/** Whether the active trace is one in which stages have no spans. */
export function isUntraced(): boolean {
  const { span, suppressed } = contextStorage.active();
  return span === undefined || suppressed || (isLocalSpan(span) && span.isUnsampledForAll);
}
