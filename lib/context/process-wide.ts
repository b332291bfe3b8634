import { ContextStorage } from './context-storage.js';
import { LocalSpan, type LocalTracer } from './local-span.js';

/**
 * The state that the whole process shares, all of it in this file.
 *
 * The storage is one because every AsyncLocalStorage makes each asynchronous step of the process
 * dearer, and because a context must cross from one application to another when one calls the other.
 * The list of running tracers exists because decorators and plain functions run where nothing can be
 * injected.
 */
export const contextStorage = new ContextStorage();

const runningTracers: LocalTracer[] = [];
const tracerOfInstance = new WeakMap<object, LocalTracer>();

/** Announces an application's tracer to code that nothing can be injected into. */
export function registerRunningTracer(tracer: LocalTracer): void {
  runningTracers.push(tracer);
}

/** Takes back what {@link registerRunningTracer} announced; does nothing for one it never saw. */
export function unregisterRunningTracer(tracer: LocalTracer): void {
  const index = runningTracers.lastIndexOf(tracer);
  if (index >= 0) runningTracers.splice(index, 1);
}

/** Says which application an instance belongs to; asked only while several are running. */
export function assignTracer(instance: object, tracer: LocalTracer): void {
  tracerOfInstance.set(instance, tracer);
}

/**
 * The tracer for code that was handed none: that of the running operation, else that of the
 * application the instance belongs to, else that of the application that was started last.
 *
 * @param instance the object whose method is running, if there is one
 * @returns undefined where no application with tracing is running
 */
export function currentTracer(instance?: unknown): LocalTracer | undefined {
  const { span } = contextStorage.active();
  if (span instanceof LocalSpan) return span.tracer;
  if (runningTracers.length > 1 && typeof instance === 'object' && instance !== null) {
    const own = tracerOfInstance.get(instance);
    if (own !== undefined) return own;
  }
  return runningTracers[runningTracers.length - 1];
}
