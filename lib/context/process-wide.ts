import { VERSION } from '../version.js';
import { ContextStorage } from './context-storage.js';
import { addLibraryCopy, type LibraryCopy, watchConflictingCopies } from './library-copies.js';
import { isLocalSpan, type LocalTracer } from './local-span.js';

/**
 * The state that the whole process shares. It stands in a slot of the global object, so that several
 * copies of this library share it: a `require` and an `import` of one bundle, or two installed
 * packages of one state version.
 */
interface ProcessState {
  /**
   * One for all applications, because every AsyncLocalStorage makes each asynchronous step of the
   * process dearer, and because a context must cross from one application to another when one calls
   * the other.
   */
  readonly contextStorage: ContextStorage;
  /** For decorators and plain functions, which run where nothing can be injected. */
  readonly runningTracers: LocalTracer[];
  /**
   * One tracer of each application that wants to serve libraries through `@opentelemetry/api`, in the
   * order in which they were started.
   */
  readonly globalTracers: LocalTracer[];
  readonly tracerOfInstance: WeakMap<object, LocalTracer>;
  /** By error: the message that spans show in the place of its own. */
  readonly maskedMessages: WeakMap<object, string>;
  /** Rules for errors that have no entry in {@link maskedMessages}. */
  readonly messageMasks: Set<(error: object) => string | undefined>;
  /** By error: the id of the trace that has recorded it. */
  readonly recordedErrors: WeakMap<object, string>;
  /** By name: what is installed once for all applications; see `sharedInstallation`. */
  readonly sharedInstallations: Map<string, SharedInstallation>;
}

/** Something that is installed in the process while at least one application uses it. */
export interface SharedInstallation {
  /** How many applications use it. */
  userCount: number;
  /** Undoes the installation. */
  readonly uninstall: () => void;
}

/** Raise it when {@link ProcessState}, or the shape of a context, tracer or span in it, changes. */
const STATE_VERSION = 2;
const STATE_SLOT = Symbol.for(`nestjs-traced.state.${STATE_VERSION}`);

function stateOfProcess(): ProcessState {
  const slots = globalThis as { [STATE_SLOT]?: ProcessState };
  slots[STATE_SLOT] ??= {
    contextStorage: new ContextStorage(),
    runningTracers: [],
    globalTracers: [],
    tracerOfInstance: new WeakMap(),
    maskedMessages: new WeakMap(),
    messageMasks: new Set(),
    recordedErrors: new WeakMap(),
    sharedInstallations: new Map(),
  };
  return slots[STATE_SLOT];
}

const state = stateOfProcess();

export const {
  contextStorage,
  globalTracers,
  maskedMessages,
  messageMasks,
  recordedErrors,
  sharedInstallations,
} = state;
const { runningTracers, tracerOfInstance } = state;

const thisCopy: LibraryCopy = {
  version: VERSION,
  stateVersion: STATE_VERSION,
  describePath: () =>
    /((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*):\d+:\d+/.exec(ownStackLine())?.[1] ?? 'an unknown path',
};
addLibraryCopy(thisCopy);

/** Of this copy alone: each copy watches for the tracers that were registered with it. */
const conflictWatches = new WeakMap<LocalTracer, () => void>();

/**
 * Announces an application's tracer to code that nothing can be injected into.
 *
 * @param isEnabled false for an application that is switched off: its tracer is the current one only
 *   where no other application is running
 */
export function registerRunningTracer(tracer: LocalTracer, isEnabled = true): void {
  if (isEnabled) runningTracers.push(tracer);
  else runningTracers.unshift(tracer);
  if (conflictWatches.has(tracer)) return;
  const stop = watchConflictingCopies(thisCopy, (conflict) => tracer.diagnostics.report(conflict));
  conflictWatches.set(tracer, stop);
}

/** Takes back {@link registerRunningTracer}; does nothing for a tracer that was not registered. */
export function unregisterRunningTracer(tracer: LocalTracer): void {
  const index = runningTracers.lastIndexOf(tracer);
  if (index >= 0) runningTracers.splice(index, 1);
  if (runningTracers.includes(tracer)) return;
  conflictWatches.get(tracer)?.();
  conflictWatches.delete(tracer);
}

/** Assigns an instance to an application. It is looked up only while several are running. */
export function assignTracer(instance: object, tracer: LocalTracer): void {
  tracerOfInstance.set(instance, tracer);
}

/**
 * The tracer for code that was handed none: that of the application whose span is active, else of the
 * application that the instance belongs to, else of the application that was started last and is not
 * switched off. It is the application's own tracer, also below a span of a library: spans carry the
 * scope of what makes them.
 *
 * @param instance the object whose method is running, if there is one
 * @returns undefined where no application with tracing is running
 */
export function currentTracer(instance?: unknown): LocalTracer | undefined {
  const { span } = contextStorage.active();
  if (isLocalSpan(span)) return span.tracer.application.tracer;
  if (runningTracers.length > 1 && typeof instance === 'object' && instance !== null) {
    const own = tracerOfInstance.get(instance);
    if (own !== undefined) return own;
  }
  return runningTracers[runningTracers.length - 1];
}

/**
 * The tracer of the application that was started first, out of those that `isSuitable` accepts: for
 * events of the process that no application can be told for.
 */
export function firstRunningTracer(
  isSuitable: (tracer: LocalTracer) => boolean,
): LocalTracer | undefined {
  for (const tracer of runningTracers) {
    if (isSuitable(tracer)) return tracer;
  }
  return undefined;
}

/** The first line of a stack that starts in this file, or in the bundle that holds it. */
function ownStackLine(): string {
  const { stack } = new Error('');
  return typeof stack === 'string' ? (stack.split('\n')[1] ?? '') : '';
}
