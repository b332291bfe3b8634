import type { Channel } from 'node:diagnostics_channel';
import { VERSION } from '../version.js';
import { ContextStorage } from './context-storage.js';
import { addLibraryCopy, type LibraryCopy, watchConflictingCopies } from './library-copies.js';
import { isLocalSpan, type LocalTracer } from './local-span.js';

/**
 * The state that the whole process shares. It is a property of the global object, so that several copies
 * of this library share it: a `require` and an `import` of one bundle, or two installed packages with the
 * same state version.
 */
interface ProcessState {
  /**
   * One for all applications: every AsyncLocalStorage slows down each asynchronous step of the process,
   * and a context must pass from one application to another when one calls the other.
   */
  readonly contextStorage: ContextStorage;
  /** For decorators and functions, which have no dependency injection. */
  readonly runningTracers: LocalTracer[];
  /**
   * The tracers that serve libraries through `@opentelemetry/api`, one for each application, in the order
   * of their start.
   */
  readonly globalTracers: LocalTracer[];
  readonly tracerOfInstance: WeakMap<object, LocalTracer>;
  /** By error: the redacted message that spans show. */
  readonly maskedMessages: WeakMap<object, string>;
  /** Rules for errors that have no entry in {@link maskedMessages}. */
  readonly messageMasks: Set<(error: object) => string | undefined>;
  /** By error: the id of the trace that has recorded it. */
  readonly recordedErrors: WeakMap<object, string>;
  /** By name: what is installed once for all applications; see `sharedInstallation`. */
  readonly sharedInstallations: Map<string, SharedInstallation>;
  /** Channels that must not be collected; see `subscribeToChannels`. */
  readonly heldChannels: Set<Channel>;
}

/** Something that is installed in the process while at least one application uses it. */
export interface SharedInstallation {
  /** How many applications use it. */
  userCount: number;
  /** Undoes the installation. */
  readonly uninstall: () => void;
}

/** Increment it when {@link ProcessState}, or the shape of a context, tracer or span in it, changes. */
const STATE_VERSION = 3;
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
    heldChannels: new Set(),
  };
  return slots[STATE_SLOT];
}

const state = stateOfProcess();

export const {
  contextStorage,
  globalTracers,
  heldChannels,
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

/** Not shared: each copy watches for the tracers that were registered with it. */
const conflictWatches = new WeakMap<LocalTracer, () => void>();

/**
 * Registers the tracer of an application for code without dependency injection. Of several tracers, the
 * one that was registered last is used.
 *
 * @param isEnabled false if tracing is switched off in the application; its tracer is only used if no
 *   application with enabled tracing is registered
 */
export function registerRunningTracer(tracer: LocalTracer, isEnabled = true): void {
  if (isEnabled) runningTracers.push(tracer);
  else runningTracers.unshift(tracer);
  if (conflictWatches.has(tracer)) return;
  const stop = watchConflictingCopies(thisCopy, (conflict) => tracer.diagnostics.report(conflict));
  conflictWatches.set(tracer, stop);
}

/** Reverts {@link registerRunningTracer}. Has no effect for a tracer that was not registered. */
export function unregisterRunningTracer(tracer: LocalTracer): void {
  const index = runningTracers.lastIndexOf(tracer);
  if (index >= 0) runningTracers.splice(index, 1);
  if (runningTracers.includes(tracer)) return;
  conflictWatches.get(tracer)?.();
  conflictWatches.delete(tracer);
}

/** Assigns an instance to an application. Only used while several applications are running. */
export function assignTracer(instance: object, tracer: LocalTracer): void {
  tracerOfInstance.set(instance, tracer);
}

/**
 * Returns the tracer for code without dependency injection: the tracer of the application whose span is
 * active, else of the application of the instance, else of the enabled application that was started last.
 * It is the application's own tracer, also below a span of another library, because spans carry the scope
 * of the library that creates them.
 *
 * @param instance the object whose method is running, if there is one
 * @returns undefined if no application with tracing is running
 */
export function currentTracer(instance?: unknown): LocalTracer | undefined {
  const { span } = contextStorage.active();
  if (isLocalSpan(span)) return span.tracer.application.tracer;
  if (runningTracers.length > 1 && typeof instance === 'object' && instance !== null) {
    const own = tracerOfInstance.get(instance);
    if (own !== undefined) return own;
  }
  return lastRunningTracer();
}

/** The tracer of the enabled application that was started last, for code that is in no span of this library. */
export function lastRunningTracer(): LocalTracer | undefined {
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

/** The first line of a stack from this file, or from the bundle that contains it. */
function ownStackLine(): string {
  const { stack } = new Error('');
  return typeof stack === 'string' ? (stack.split('\n')[1] ?? '') : '';
}
