import { type Attributes, SpanKind } from '@opentelemetry/api';
import { CapturedFields, ReceiverRules } from '../../carriers/index.js';
import {
  type ApplicationPart,
  contextStorage,
  currentTracer,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import { StartHook } from '../../operation/index.js';
import { RPC_REQUEST_METADATA_PREFIX, RPC_RESPONSE_METADATA_PREFIX } from '../attributes.js';
import { outgoingCallAttributes } from '../call-attributes.js';
import { rememberParsed } from '../call-texts.js';
import type { OutgoingGrpcCall } from '../grpc-call-info.js';
import { GrpcIgnoreRules } from '../grpc-ignore-rules.js';
import { type GrpcMetadata, METADATA_SETTER, valuesInMetadata } from '../grpc-metadata.js';
import { CANCELLED } from '../grpc-status.js';
import { parseChannelTarget, parsePeer } from './channel-target.js';
import { GrpcClientOperation, type GrpcClientOperationSettings } from './grpc-client-operation.js';
import type { GrpcClientOptions } from './grpc-client-options.js';
import { type GrpcReceiver, receiverOf, TARGET_RULES } from './target-rules.js';

/**
 * Traces the calls of gRPC clients, whatever hands them in.
 *
 * Nothing here throws at run time; what a user's function throws is reported.
 */
export class GrpcClientHandler {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: GrpcIgnoreRules;
  readonly #contextReceivers: ReceiverRules<GrpcReceiver>;
  readonly #baggageReceivers: ReceiverRules<GrpcReceiver>;
  readonly #requestMetadata: CapturedFields<GrpcMetadata> | undefined;
  readonly #settings: GrpcClientOperationSettings;
  readonly #serverOf = rememberParsed(parseChannelTarget);
  readonly #receiverOf = rememberParsed(receiverOf);
  readonly #onCall: StartHook<OutgoingGrpcCall> | undefined;

  /** @throws TracingConfigError for options that cannot be used */
  constructor(tracer: LocalTracer, options: GrpcClientOptions = {}) {
    this.#tracer = tracer;
    this.#ignoreRules = new GrpcIgnoreRules(
      'grpc.client.ignore',
      options.ignore ?? [],
      tracer.diagnostics,
    );
    this.#contextReceivers = new ReceiverRules(
      'grpc.client.propagateTo',
      TARGET_RULES,
      options.propagateTo,
    );
    this.#baggageReceivers = new ReceiverRules(
      'grpc.client.propagateBaggageTo',
      TARGET_RULES,
      options.propagateBaggageTo,
    );
    this.#requestMetadata = CapturedFields.of(
      'grpc.client.captureRequestMetadata',
      RPC_REQUEST_METADATA_PREFIX,
      valuesInMetadata,
      options.captureRequestMetadata,
    );
    const responseMetadata = CapturedFields.of(
      'grpc.client.captureResponseMetadata',
      RPC_RESPONSE_METADATA_PREFIX,
      valuesInMetadata,
      options.captureResponseMetadata,
    );
    this.#settings = {
      responseMetadata,
      hasMessageEvents: options.messageEvents === true,
      peerOf: rememberParsed(parsePeer),
      open: new Map(),
    };
    this.#onCall = StartHook.of('grpc.client.onCall', options.onCall);
  }

  /**
   * Begins the operation of a call: its span is a child of what is active, its context is in its
   * metadata, as far as its receiver may have it. Whoever begins it finishes it.
   *
   * @param method `package.Service/Method`
   * @param target of the channel
   * @returns undefined where the call is not traced, or is already
   */
  begin(method: string, metadata: GrpcMetadata, target: string): GrpcClientOperation | undefined {
    const active = contextStorage.active();
    if (active.suppressed) return undefined;
    if (active.span !== undefined && this.#settings.open.get(active.span)?.method === method) {
      return undefined;
    }
    try {
      if (this.#ignoreRules.has({ method, metadata })) return undefined;
      // First, for metadata that cannot be read: no span is open then.
      const sent = metadata.clone();
      const span = this.#startSpan(method, metadata, target, active);
      const context = active.withSpan(span);
      if (this.#onCall !== undefined && span.isRecording()) {
        this.#onCall.call(span, { method, metadata: metadata.clone(), target });
      }
      this.#inject(context, sent, target);
      return new GrpcClientOperation(this.#settings, method, span, context, sent);
    } catch (error) {
      this.#tracer.diagnostics.report('A gRPC call could not be traced', error);
      return undefined;
    }
  }

  /**
   * Finishes all operations that are still open, for an application that has shut down: the streams
   * that it listens to may go on, but nobody hears of them any more.
   */
  finishAll(): void {
    for (const operation of [...this.#settings.open.values()]) {
      operation.finish({ code: CANCELLED, details: 'The application shut down' }, undefined);
    }
  }

  #startSpan(
    method: string,
    metadata: GrpcMetadata,
    target: string,
    active: TracingContext,
  ): LocalSpan {
    // Nothing is asked and nothing is kept below such a span, so nothing need be read.
    if (isLocalSpan(active.span) && active.span.isUnsampledForAll) return active.span;
    const attributes: Attributes = outgoingCallAttributes(method, this.#serverOf(target));
    this.#requestMetadata?.writeTo(attributes, metadata);
    return this.#tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, active);
  }

  #inject(context: TracingContext, metadata: GrpcMetadata, target: string): void {
    const { propagator, diagnostics } = this.#tracer;
    let sent = context;
    if (!this.#contextReceivers.meansAll || !this.#baggageReceivers.meansAll) {
      const receiver = this.#receiverOf(target);
      if (!this.#contextReceivers.has(receiver, diagnostics)) return;
      if (context.baggage !== undefined && !this.#baggageReceivers.has(receiver, diagnostics)) {
        sent = context.withBaggage(undefined);
      }
    }
    propagator.inject(sent, metadata, METADATA_SETTER);
  }
}

const HANDLER: ApplicationPart<GrpcClientHandler> = { name: 'grpc.client' };

/** Sets the handler that traces the calls which an application makes. */
export function assignGrpcClientHandler(tracer: LocalTracer, handler: GrpcClientHandler): void {
  tracer.application.set(HANDLER, handler);
}

/**
 * The handler of the running operation's application, else of the one that is running; undefined where
 * no tracing is running.
 */
export function grpcClientHandlerOfProcess(): GrpcClientHandler | undefined {
  const tracer = currentTracer();
  return tracer === undefined ? undefined : grpcClientHandlerOf(tracer);
}

/** The handler of a tracer's application; one with default options if none was assigned. */
export function grpcClientHandlerOf(tracer: LocalTracer): GrpcClientHandler {
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new GrpcClientHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}
