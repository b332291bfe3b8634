import { createContextKey, SpanKind } from '@opentelemetry/api';
import { carrierSetter, ReceiverRules } from '../../carriers/index.js';
import {
  type ApplicationPart,
  contextStorage,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  TracingContext,
  withLibraryWork,
} from '../../context/index.js';
import { DurationRecorder, StartHook } from '../../operation/index.js';
import { checkBoolean } from '../../option-checks.js';
import { sentMessageAttributes } from '../message-attributes.js';
import { SEND_DURATION, sentPath } from '../message-durations.js';
import { MessageIgnoreRules } from '../message-ignore-rules.js';
import type { SentMessage } from '../message-info.js';
import { MessageProducerOperation } from './message-producer-operation.js';
import type { MessageProducerOptions } from './message-producer-options.js';
import { MESSAGE_RULES } from './message-receiver-rules.js';

/**
 * Traces sent messages. The hooks of Nest's clients and the wrappers of plain clients use it.
 *
 * Its methods do not throw; errors of a user's functions are reported.
 */
export class MessageProducerHandler {
  /** Whether the callers must determine the sizes of payloads. */
  readonly wantsBodySize: boolean;
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: MessageIgnoreRules<SentMessage>;
  readonly #contextReceivers: ReceiverRules<SentMessage>;
  readonly #baggageReceivers: ReceiverRules<SentMessage>;
  readonly #onMessage: StartHook<SentMessage> | undefined;
  readonly #durations: DurationRecorder | undefined;
  readonly #open = new Set<MessageProducerOperation>();

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: MessageProducerOptions = {}) {
    const { ignore = [], propagateTo, propagateBaggageTo, bodySize, onMessage } = options;
    this.#tracer = tracer;
    this.#ignoreRules = new MessageIgnoreRules(
      'messaging.producer.ignore',
      ignore,
      tracer.diagnostics,
    );
    this.#contextReceivers = new ReceiverRules(
      'messaging.producer.propagateTo',
      MESSAGE_RULES,
      propagateTo,
    );
    this.#baggageReceivers = new ReceiverRules(
      'messaging.producer.propagateBaggageTo',
      MESSAGE_RULES,
      propagateBaggageTo,
    );
    this.wantsBodySize = checkBoolean('messaging.producer.bodySize', bodySize, false);
    this.#durations = DurationRecorder.of(tracer, SEND_DURATION);
    this.#onMessage = StartHook.of('messaging.producer.onMessage', onMessage);
  }

  /**
   * Begins the operation of a message. Its span is a child of the active span. The caller must end the
   * operation.
   *
   * @param hasGeneratedName whether the destination is one of many that were made for one answer each
   * @returns undefined if the message is not traced. Send it in {@link contextOf} in both cases
   */
  begin(message: SentMessage, hasGeneratedName = false): MessageProducerOperation | undefined {
    const active = contextStorage.active();
    if (active.suppressed) return undefined;
    try {
      if (this.#ignoreRules.has(message)) return undefined;
      const span = this.#startSpan(message, active);
      if (this.#onMessage !== undefined && span.isRecording()) this.#onMessage.call(span, message);
      const context = span === active.span ? active : active.withSpan(span);
      // A transport that sends by Redis says nothing more with the span of its command.
      const sending = withLibraryWork(this.#toSend(context, message));
      const durations = this.#durations;
      const path = durations && sentPath(durations.root, message, hasGeneratedName);
      const measurement = path && durations.begin(path, span);
      return new MessageProducerOperation(this.#open, span, sending, measurement);
    } catch (error) {
      this.#tracer.diagnostics.report(
        'A message could not be traced. It is sent without a span',
        error,
      );
      return undefined;
    }
  }

  /** Returns the context for sending a message: that of its operation, or one that suppresses tracing. */
  contextOf(operation: MessageProducerOperation | undefined): TracingContext {
    return operation?.context ?? TracingContext.SUPPRESSED;
  }

  /**
   * Returns the fields of a context for the headers of a message, such as `traceparent`.
   *
   * @param context the context of the message's operation
   * @returns undefined if the message carries no context
   */
  fieldsOf(context: TracingContext): Record<string, string> | undefined {
    const { propagator, diagnostics } = this.#tracer;
    if (context.suppressed || context.getValue(WITHHELD) === true) return undefined;
    try {
      const fields: Record<string, string> = {};
      propagator.inject(context, fields, carrierSetter);
      for (const _ in fields) return fields;
      return undefined;
    } catch (error) {
      diagnostics.report('The context could not be added to a message. It is sent without', error);
      return undefined;
    }
  }

  /** Ends all open operations when the application shuts down: their answers do not arrive any more. */
  finishAll(): void {
    for (const operation of [...this.#open]) operation.breakOff('shutdown');
  }

  /** Removes what the receivers of the message must not get. Only the sending runs in this context. */
  #toSend(context: TracingContext, message: SentMessage): TracingContext {
    const { diagnostics } = this.#tracer;
    if (!this.#contextReceivers.has(message, diagnostics)) return context.setValue(WITHHELD, true);
    if (context.baggage === undefined || this.#baggageReceivers.has(message, diagnostics)) {
      return context;
    }
    return context.withBaggage(undefined);
  }

  #startSpan(message: SentMessage, active: TracingContext): LocalSpan {
    // Such a span has no recorded descendants and asks no sampler, so no attributes are needed.
    if (isLocalSpan(active.span) && active.span.isUnsampledForAll) return active.span;
    const name = message.pattern ?? message.destination;
    return this.#tracer.startSpan(
      name === undefined ? 'send' : `send ${name}`,
      {
        kind: message.isEvent ? SpanKind.PRODUCER : SpanKind.CLIENT,
        attributes: sentMessageAttributes(message),
      },
      active,
    );
  }
}

/** The key of contexts that are not added to messages. */
const WITHHELD = createContextKey('nestjs-traced withheld from messages');

const HANDLER: ApplicationPart<MessageProducerHandler> = { name: 'messaging.producer' };

/** Sets the handler that traces the sent messages of an application. */
export function assignMessageProducer(tracer: LocalTracer, handler: MessageProducerHandler): void {
  tracer.application.set(HANDLER, handler);
}

/** Returns the handler of a tracer's application. Creates one with default options if none is assigned. */
export function messageProducerOf(tracer: LocalTracer): MessageProducerHandler {
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new MessageProducerHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}
