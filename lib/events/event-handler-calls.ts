import type { Attributes, SpanOptions } from '@opentelemetry/api';
import { Observable, Subscriber } from 'rxjs';
import { contextStorage, isLocalSpan, type LocalTracer } from '../context/index.js';
import { IgnoreRules } from '../ignore-rules.js';
import { callInSpan } from '../operation/index.js';
import { COMMAND_NAME, EVENT_NAME, QUERY_NAME } from './attributes.js';
import type { EventHandlerMethod, EventTracingOptions } from './event-options.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Traces the calls of methods that handle events, commands and queries within the process. Each call has
 * a span, which is a child of the active span.
 */
export class EventHandlerCalls {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: IgnoreRules<EventHandlerMethod>;
  #isActive = true;

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: EventTracingOptions = {}) {
    this.#tracer = tracer;
    this.#ignoreRules = new IgnoreRules(IGNORE, options.ignore ?? [], tracer.diagnostics);
  }

  /**
   * Returns the attributes of the spans of a handler.
   *
   * @returns undefined if the options ignore the handler
   */
  attributesOf(handler: EventHandlerMethod): Attributes | undefined {
    if (this.#ignoreRules.has(handler.functionName, handler)) return undefined;
    const { type, names } = handler;
    if (type === 'saga' || names.length === 0) return {};
    return { [NAME_ATTRIBUTES[type]]: names.join(', ') };
  }

  /**
   * Returns a function that traces each call of `method`.
   *
   * @param belongs only for a method that several applications of the process wrap, such as that of a
   *   prototype: whether a call without an active span belongs to the application of this object
   * @returns undefined if the options ignore the handler
   */
  wrap(method: Method, handler: EventHandlerMethod, belongs?: () => boolean): Method | undefined {
    const attributes = this.attributesOf(handler);
    if (attributes === undefined) return undefined;
    if (handler.type === 'saga') return this.#wrapSaga(method, handler.functionName);
    const { functionName: name } = handler;
    const options: SpanOptions = { attributes };
    const tracerOfCall = (): LocalTracer | undefined => this.#tracerOfCall(belongs);
    return function (this: unknown, ...args: unknown[]): unknown {
      const tracer = tracerOfCall();
      if (tracer === undefined) return Reflect.apply(method, this, args);
      const context = contextStorage.active();
      return callInSpan(tracer.startSpan(name, options, context), context, method, this, args);
    };
  }

  /** The wrapped methods are not traced any more. */
  stop(): void {
    this.#isActive = false;
  }

  /** Returns the tracer for a call; undefined if the call is not traced. */
  #tracerOfCall(belongs?: () => boolean): LocalTracer | undefined {
    if (!this.#isActive) return undefined;
    const { span, suppressed } = contextStorage.active();
    if (suppressed) return undefined;
    if (!isLocalSpan(span)) return belongs?.() === false ? undefined : this.#tracer;
    if (span.isUnsampledForAll) return undefined;
    const { application } = span.tracer;
    if (application === this.#tracer.application) return this.#tracer;
    return belongs === undefined ? application.tracer : undefined;
  }

  /**
   * A saga is called once, and returns the commands for all later events. Each command that it emits has a
   * span: the saga itself can run as long as the application.
   */
  #wrapSaga(method: Method, name: string): Method {
    const run = (commands: Observable<unknown>): Observable<unknown> =>
      new Observable((subscriber) =>
        commands.subscribe(new SagaSubscriber(subscriber, name, () => this.#tracerOfCall())),
      );
    return function (this: unknown, ...args: unknown[]): unknown {
      const commands = Reflect.apply(method, this, args);
      return commands instanceof Observable ? run(commands) : commands;
    };
  }
}

const IGNORE = {
  option: 'events.ignore',
  isText: (rule: string): boolean => rule.trim() !== '',
  requirement:
    'must be an array of names such as "MailListener.onOrder", regular expressions and functions',
  remedy: 'Name the class and the method of each handler without spans.',
};

/** The attribute with the names, by what a method handles. */
const NAME_ATTRIBUTES = { event: EVENT_NAME, command: COMMAND_NAME, query: QUERY_NAME } as const;

/** Passes each command on in a span. The command's handler starts before the span ends. */
class SagaSubscriber extends Subscriber<unknown> {
  constructor(
    destination: Subscriber<unknown>,
    private readonly spanName: string,
    private readonly tracerOfCall: () => LocalTracer | undefined,
  ) {
    super(destination);
  }

  protected override _next(command: unknown): void {
    const tracer = this.tracerOfCall();
    // Nest ignores values that are not truthy.
    if (tracer === undefined || !command) {
      super._next(command);
      return;
    }
    const context = contextStorage.active();
    const span = tracer.startSpan(this.spanName, {}, context);
    callInSpan(span, context, super._next, this, [command]);
  }

  protected override _error(error: unknown): void {
    const span = this.tracerOfCall()?.startSpan(this.spanName, {}, contextStorage.active());
    span?.recordError(error).end();
    super._error(error);
  }
}
