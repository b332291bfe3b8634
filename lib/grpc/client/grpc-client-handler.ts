import { type Attributes, createContextKey, SpanKind } from '@opentelemetry/api';
import { CapturedFields, ContextFields, ReceiverRules } from '../../carriers/index.js';
import {
  type ApplicationPart,
  contextStorage,
  currentTracer,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import { DurationRecorder, type Measurement, StartHook } from '../../operation/index.js';
import { GRPC, RPC_REQUEST_METADATA_PREFIX, RPC_RESPONSE_METADATA_PREFIX } from '../attributes.js';
import { outgoingCallAttributes } from '../call-attributes.js';
import { CLIENT_DURATION } from '../call-durations.js';
import { rememberParsed } from '../call-texts.js';
import type { OutgoingGrpcCall } from '../grpc-call-info.js';
import { GrpcErrorRule } from '../grpc-error-rule.js';
import { GrpcIgnoreRules } from '../grpc-ignore-rules.js';
import {
  type GrpcMetadata,
  METADATA_ACCESS,
  METADATA_SETTER,
  valuesInMetadata,
} from '../grpc-metadata.js';
import { CANCELLED, isClientError } from '../grpc-status.js';
import { parseChannelTarget, parsePeer } from './channel-target.js';
import { GrpcClientOperation, type GrpcClientOperationSettings } from './grpc-client-operation.js';
import type { GrpcClientOptions } from './grpc-client-options.js';
import { type GrpcReceiver, receiverOf, TARGET_RULES } from './target-rules.js';

/**
 * Traces the calls of gRPC clients. The channel hook and `grpcClientInterceptor` use it.
 *
 * Its methods do not throw; errors of a user's functions are reported.
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
  readonly #durations: DurationRecorder | undefined;

  /** @throws TracingConfigError for invalid options */
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
      errorRule: new GrpcErrorRule(
        'grpc.client.isError',
        isClientError,
        options.isError,
        tracer.diagnostics,
      ),
      peerOf: rememberParsed(parsePeer),
      open: new Map(),
    };
    this.#onCall = StartHook.of('grpc.client.onCall', options.onCall);
    this.#durations = DurationRecorder.of(tracer, CLIENT_DURATION);
  }

  /**
   * Begins the operation of a call. Its span is a child of the active span. A copy of the metadata
   * contains the context, if the options allow the receiver. The caller must finish the operation.
   *
   * @param method `package.Service/Method`
   * @param target target of the channel
   * @returns undefined if the call is not traced, or is already traced at another layer
   */
  begin(method: string, metadata: GrpcMetadata, target: string): GrpcClientOperation | undefined {
    const active = contextStorage.active();
    if (active.suppressed) return undefined;
    if (active.span !== undefined && this.#settings.open.get(active.span)?.method === method) {
      return undefined;
    }
    if (this.#durations !== undefined && active.getValue(MEASURED_METHOD) === method) {
      return undefined;
    }
    try {
      if (this.#ignoreRules.has({ method, metadata })) return undefined;
      // Before the span starts: clone throws for invalid metadata, and the span would stay open.
      const sent = metadata.clone();
      const span = this.#startSpan(method, metadata, target, active);
      const measurement = this.#measure(method, target, span);
      let context = active.withSpan(span);
      if (measurement !== undefined && !span.isRecording()) {
        context = context.setValue(MEASURED_METHOD, method);
      }
      if (this.#onCall !== undefined && span.isRecording()) {
        this.#onCall.call(span, { method, metadata: metadata.clone(), target });
      }
      this.#inject(context, sent, target);
      return new GrpcClientOperation(this.#settings, method, span, context, sent, measurement);
    } catch (error) {
      this.#tracer.diagnostics.report(
        'A gRPC call could not be traced. It is sent without a span',
        error,
      );
      return undefined;
    }
  }

  /**
   * Finishes all open operations at the shutdown of the application. Streams that continue afterwards
   * are not traced to their end.
   */
  finishAll(): void {
    for (const operation of [...this.#settings.open.values()]) {
      operation.finish({ code: CANCELLED, details: 'The application shut down' }, undefined);
    }
  }

  #measure(method: string, target: string, span: LocalSpan): Measurement | undefined {
    const durations = this.#durations;
    if (durations === undefined) return undefined;
    const { host, port } = this.#serverOf(target);
    return durations.begin(durations.root.with(GRPC).with(host).with(port).with(method), span);
  }

  #startSpan(
    method: string,
    metadata: GrpcMetadata,
    target: string,
    active: TracingContext,
  ): LocalSpan {
    // Such a span has no recorded descendants and asks no sampler, so no attributes are needed.
    if (isLocalSpan(active.span) && active.span.isUnsampledForAll) return active.span;
    const attributes: Attributes = outgoingCallAttributes(method, this.#serverOf(target));
    this.#requestMetadata?.writeTo(attributes, metadata);
    return this.#tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, active);
  }

  #inject(context: TracingContext, metadata: GrpcMetadata, target: string): void {
    const { propagator, diagnostics } = this.#tracer;
    // For every receiver: callers copy the metadata of incoming calls.
    ContextFields.of(propagator).removeFrom(metadata, METADATA_ACCESS);
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

/** The key of the method of a call that is measured without a span, while it is sent. */
const MEASURED_METHOD = createContextKey('nestjs-traced measured gRPC call');

const HANDLER: ApplicationPart<GrpcClientHandler> = { name: 'grpc.client' };

/** Sets the handler that traces the outgoing calls of an application. */
export function assignGrpcClientHandler(tracer: LocalTracer, handler: GrpcClientHandler): void {
  tracer.application.set(HANDLER, handler);
}

/**
 * Returns the handler of the application that the active span belongs to, otherwise of the running
 * application; undefined if no tracing is running.
 */
export function grpcClientHandlerOfProcess(): GrpcClientHandler | undefined {
  const tracer = currentTracer();
  return tracer === undefined ? undefined : grpcClientHandlerOf(tracer);
}

/** Returns the handler of a tracer's application. Creates one with default options if none is assigned. */
export function grpcClientHandlerOf(tracer: LocalTracer): GrpcClientHandler {
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new GrpcClientHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}
