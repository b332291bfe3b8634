import type { TracingContext } from './tracing-context.js';

// Another copy of the library creates the same key.
const LIBRARY_WORK = Symbol.for('nestjs-traced.library-work');

/**
 * Marks a context in which a library does work of its own below a span that already describes it, such as a job
 * queue that saves the state of a job. Commands that it sends to its store then have no spans.
 */
export function withLibraryWork(context: TracingContext): TracingContext {
  return context.setValue(LIBRARY_WORK, true);
}

/** The same context for code of the user that the library calls. */
export function withoutLibraryWork(context: TracingContext): TracingContext {
  return context.deleteValue(LIBRARY_WORK);
}

/** Whether a context is marked by {@link withLibraryWork}. */
export function isLibraryWork(context: TracingContext): boolean {
  return context.getValue(LIBRARY_WORK) === true;
}
