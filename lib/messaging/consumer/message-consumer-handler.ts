import { type Link, SpanKind } from '@opentelemetry/api';
import { carrierGetter, IncomingContextReader } from '../../carriers/index.js';
import {
  type ApplicationPart,
  contextStorage,
  type LocalTracer,
  TracingContext,
} from '../../context/index.js';
import { DurationRecorder, StartHook } from '../../operation/index.js';
import { checkBoolean, checkChoice } from '../../option-checks.js';
import { receivedMessageAttributes } from '../message-attributes.js';
import { PROCESS_DURATION, processedPath } from '../message-durations.js';
import { MessageIgnoreRules } from '../message-ignore-rules.js';
import type { ReceivedMessage } from '../message-info.js';
import { MessageConsumerOperation } from './message-consumer-operation.js';
import type { MessageConsumerOptions } from './message-consumer-options.js';

/**
 * Traces received messages. The hooks of Nest's transports and the wrappers of plain clients use it.
 *
 * Its methods do not throw; errors of a user's functions are reported.
 */
export class MessageConsumerHandler {
  /** Whether the callers must determine the sizes of payloads. */
  readonly wantsBodySize: boolean;
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: MessageIgnoreRules<ReceivedMessage>;
  readonly #contextReader: IncomingContextReader<unknown, ReceivedMessage>;
  readonly #linksEvents: boolean;
  readonly #onMessage: StartHook<ReceivedMessage> | undefined;
  readonly #durations: DurationRecorder | undefined;
  readonly #open = new Set<MessageConsumerOperation>();

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: MessageConsumerOptions = {}) {
    const { ignore = [], consumerContext, bodySize, onMessage } = options;
    this.#tracer = tracer;
    this.#ignoreRules = new MessageIgnoreRules(
      'messaging.consumer.ignore',
      ignore,
      tracer.diagnostics,
    );
    this.#contextReader = new IncomingContextReader(tracer, INCOMING, options);
    this.#linksEvents =
      checkChoice('messaging.consumer.consumerContext', consumerContext, 'parent', [
        'parent',
        'link',
      ]) === 'link';
    this.wantsBodySize = checkBoolean('messaging.consumer.bodySize', bodySize, false);
    this.#durations = DurationRecorder.of(tracer, PROCESS_DURATION);
    this.#onMessage = StartHook.of('messaging.consumer.onMessage', onMessage);
  }

  /**
   * Begins the operation of a message. Its span is a child of the sender's span if the options continue
   * the trace, otherwise a root span; the active span is never its parent. The caller must end the
   * operation.
   *
   * @returns undefined if the message is not traced. Handle it in {@link contextOf} in both cases
   */
  begin(message: ReceivedMessage): MessageConsumerOperation | undefined {
    try {
      if (contextStorage.active().suppressed || this.#ignoreRules.has(message)) return undefined;
      return this.#begin(message, this.#contextReader.read(message.headers, message));
    } catch (error) {
      this.#tracer.diagnostics.report(UNTRACED, error);
      return undefined;
    }
  }

  /**
   * Begins the operation of a batch. Its span starts a new trace, with a link to the sender of each message
   * unless the options ignore the senders.
   *
   * @param headers those of each message
   * @returns undefined if the batch is not traced
   */
  beginBatch(
    message: ReceivedMessage,
    headers: readonly unknown[],
  ): MessageConsumerOperation | undefined {
    try {
      if (contextStorage.active().suppressed || this.#ignoreRules.has(message)) return undefined;
      const links: Link[] = [];
      for (const one of headers) {
        const { context, links: others = [] } = this.#contextReader.read(one, message);
        if (context.span !== undefined) links.push({ context: context.span.spanContext() });
        links.push(...others);
      }
      return this.#begin(message, { context: TracingContext.ROOT, links });
    } catch (error) {
      this.#tracer.diagnostics.report(UNTRACED, error);
      return undefined;
    }
  }

  /** Returns the context for the handling of a message: that of its operation, or one that suppresses tracing. */
  contextOf(operation: MessageConsumerOperation | undefined): TracingContext {
    return operation?.context ?? TracingContext.SUPPRESSED;
  }

  /** Ends all open operations when the application shuts down: a handler can run on, or never answer. */
  finishAll(): void {
    for (const operation of [...this.#open]) operation.breakOff('shutdown');
  }

  #begin(
    message: ReceivedMessage,
    { context: extracted, links }: { context: TracingContext; links?: Link[] | undefined },
  ): MessageConsumerOperation {
    let context = extracted;
    let allLinks = links;
    const sender = context.span;
    if (this.#linksEvents && message.isEvent && sender !== undefined) {
      context = context.withSpan(undefined);
      allLinks = [{ context: sender.spanContext() }];
    }
    const { pattern } = message;
    const span = this.#tracer.startSpan(
      pattern === undefined ? 'process' : `process ${pattern}`,
      {
        kind: message.isEvent ? SpanKind.CONSUMER : SpanKind.SERVER,
        attributes: receivedMessageAttributes(message),
        links: allLinks,
      },
      context,
    );
    const durations = this.#durations;
    const measurement = durations?.begin(processedPath(durations.root, message), span);
    const operation = new MessageConsumerOperation(this.#open, span, context, measurement);
    if (this.#onMessage !== undefined && span.isRecording()) this.#onMessage.call(span, message);
    return operation;
  }
}

const UNTRACED = 'A message could not be traced. It is handled without a span';

const INCOMING = { options: 'messaging.consumer', noun: 'message', getter: carrierGetter };

const HANDLER: ApplicationPart<MessageConsumerHandler> = { name: 'messaging.consumer' };

/** Sets the handler that traces the received messages of an application. */
export function assignMessageConsumer(tracer: LocalTracer, handler: MessageConsumerHandler): void {
  tracer.application.set(HANDLER, handler);
}

/** Returns the handler of a tracer's application. Creates one with default options if none is assigned. */
export function messageConsumerOf(tracer: LocalTracer): MessageConsumerHandler {
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new MessageConsumerHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}
