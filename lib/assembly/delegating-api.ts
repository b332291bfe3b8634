import type {
  Context,
  Span,
  SpanOptions,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
  Tracer,
  TracerOptions,
  TracerProvider,
} from '@opentelemetry/api';
import { ProxyTracerProvider } from '@opentelemetry/api';
import {
  type ApplicationPart,
  contextStorage,
  globalTracers,
  isLocalSpan,
  type LocalTracer,
  type TracedApplication,
  TracingContext,
} from '../context/index.js';

/** The tracer provider of an application. It creates the tracers of third-party libraries. */
export const TRACER_PROVIDER: ApplicationPart<TracerProvider> = { name: 'tracer provider' };

/** Marks the objects of this file, whichever copy of the library created them. */
const DELEGATE = Symbol.for('nestjs-traced.delegate.1');

/** Whether a provider or propagator is one that this library registers with `@opentelemetry/api`. */
export function isDelegate(registered: object | undefined): boolean {
  return (registered as { [DELEGATE]?: boolean } | undefined)?.[DELEGATE] === true;
}

/** Returns the tracer of the application that `context` belongs to, otherwise of the first running one. */
function localTracerOf(context: Context): LocalTracer | undefined {
  const { span } = TracingContext.from(context);
  return isLocalSpan(span) ? span.tracer : globalTracers[0];
}

/**
 * The tracer provider that is registered with `@opentelemetry/api`. It belongs to no application: its
 * tracers find the running application at each call. A library can therefore create a tracer at any
 * time and keep it for all applications that the process runs, in sequence or in parallel.
 */
export class DelegatingTracerProvider implements TracerProvider {
  readonly [DELEGATE] = true;

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return new DelegatingTracer(name, version, options);
  }
}

/** The no-op tracer, for calls while no application is running. */
const IDLE_TRACER = new ProxyTracerProvider().getTracer('idle');

class DelegatingTracer implements Tracer {
  readonly #name: string;
  readonly #version: string | undefined;
  readonly #options: TracerOptions | undefined;
  /** The application of the previous call. `#tracer` is its tracer. */
  #application: TracedApplication | undefined;
  #tracer: Tracer = IDLE_TRACER;

  constructor(name: string, version: string | undefined, options: TracerOptions | undefined) {
    this.#name = name;
    this.#version = version;
    this.#options = options;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return this.#tracerFor(context).startSpan(name, options, context);
  }

  startActiveSpan<F extends (span: Span) => unknown>(
    ...args: [string, F] | [string, SpanOptions, F] | [string, SpanOptions, Context, F]
  ): ReturnType<F> {
    const tracer = this.#tracerFor(args.length === 4 ? args[2] : undefined);
    return Reflect.apply(
      tracer.startActiveSpan as (...all: unknown[]) => ReturnType<F>,
      tracer,
      args,
    );
  }

  #tracerFor(context: Context = contextStorage.active()): Tracer {
    const application = localTracerOf(context)?.application;
    if (application !== this.#application) {
      this.#application = application;
      const provider = application?.get(TRACER_PROVIDER);
      this.#tracer = provider?.getTracer(this.#name, this.#version, this.#options) ?? IDLE_TRACER;
    }
    return this.#tracer;
  }
}

/**
 * The propagator that is registered with `@opentelemetry/api`. It delegates to the propagator of the
 * running application.
 */
export class DelegatingPropagator implements TextMapPropagator<unknown> {
  readonly [DELEGATE] = true;

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    localTracerOf(context)?.propagator.inject(context, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return localTracerOf(context)?.propagator.extract(context, carrier, getter) ?? context;
  }

  fields(): string[] {
    return localTracerOf(contextStorage.active())?.propagator.fields() ?? [];
  }
}
