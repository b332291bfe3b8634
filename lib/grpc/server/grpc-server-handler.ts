import { type Attributes, SpanKind } from '@opentelemetry/api';
import {
  CapturedFields,
  type HostAndPort,
  IncomingContextReader,
  parseHostAndPort,
} from '../../carriers/index.js';
import {
  type ApplicationPart,
  contextStorage,
  currentTracer,
  type LocalSpan,
  type LocalTracer,
  TracingContext,
} from '../../context/index.js';
import { DurationRecorder, type Measurement, StartHook } from '../../operation/index.js';
import {
  GRPC,
  OTHER_METHOD,
  RPC_REQUEST_METADATA_PREFIX,
  RPC_RESPONSE_METADATA_PREFIX,
} from '../attributes.js';
import { incomingCallAttributes } from '../call-attributes.js';
import { SERVER_DURATION } from '../call-durations.js';
import { rememberParsed } from '../call-texts.js';
import type { IncomingGrpcCall } from '../grpc-call-info.js';
import { GrpcErrorRule } from '../grpc-error-rule.js';
import { GrpcIgnoreRules } from '../grpc-ignore-rules.js';
import { type GrpcMetadata, METADATA_GETTER, valuesInMetadata } from '../grpc-metadata.js';
import { isServerError } from '../grpc-status.js';
import { GrpcServerOperation, type GrpcServerOperationSettings } from './grpc-server-operation.js';
import type { GrpcServerOptions } from './grpc-server-options.js';

/**
 * Traces the calls to a gRPC server. An interceptor of `@grpc/grpc-js`, an interceptor of Nest, and the
 * hook for refused calls use it.
 *
 * Its methods do not throw; errors of a user's functions are reported.
 */
export class GrpcServerHandler {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: GrpcIgnoreRules;
  readonly #contextReader: IncomingContextReader<GrpcMetadata, IncomingGrpcCall>;
  readonly #requestMetadata: CapturedFields<GrpcMetadata> | undefined;
  readonly #settings: GrpcServerOperationSettings;
  readonly #hostOf = rememberParsed((host) => parseHostAndPort(host) ?? null);
  readonly #functionNameOf: (method: string) => string | undefined;
  readonly #onCall: StartHook<IncomingGrpcCall> | undefined;
  readonly #durations: DurationRecorder | undefined;

  /**
   * @param functionNameOf returns the name of the handler of an existing method, such as
   *   `OrdersController.find`
   * @throws TracingConfigError for invalid options
   */
  constructor(
    tracer: LocalTracer,
    options: GrpcServerOptions = {},
    functionNameOf: (method: string) => string | undefined = () => undefined,
  ) {
    this.#tracer = tracer;
    this.#ignoreRules = new GrpcIgnoreRules(
      'grpc.server.ignore',
      options.ignore ?? [],
      tracer.diagnostics,
    );
    this.#contextReader = new IncomingContextReader(tracer, INCOMING, options);
    this.#requestMetadata = CapturedFields.of(
      'grpc.server.captureRequestMetadata',
      RPC_REQUEST_METADATA_PREFIX,
      valuesInMetadata,
      options.captureRequestMetadata,
    );
    const responseMetadata = CapturedFields.of(
      'grpc.server.captureResponseMetadata',
      RPC_RESPONSE_METADATA_PREFIX,
      valuesInMetadata,
      options.captureResponseMetadata,
    );
    this.#settings = {
      responseMetadata,
      hasMessageEvents: options.messageEvents === true,
      errorRule: new GrpcErrorRule(
        'grpc.server.isError',
        isServerError,
        options.isError,
        tracer.diagnostics,
      ),
      open: new Set(),
    };
    this.#functionNameOf = functionNameOf;
    this.#onCall = StartHook.of('grpc.server.onCall', options.onCall);
    this.#durations = DurationRecorder.of(tracer, SERVER_DURATION);
  }

  /**
   * Begins the operation of a call. Its span is a child of the caller's span if the options continue the
   * trace, otherwise a root span; the active span is never its parent. The caller must finish the
   * operation.
   *
   * @returns undefined if the call is not traced. Handle it in {@link contextOf} in both cases
   */
  begin(call: IncomingGrpcCall): GrpcServerOperation | undefined {
    try {
      return this.#begin(call);
    } catch (error) {
      this.#tracer.diagnostics.report(
        'A gRPC call could not be traced. It is handled without a span',
        error,
      );
      return undefined;
    }
  }

  /** Returns the context for the handling of a call: that of its operation, or one that suppresses tracing. */
  contextOf(operation: GrpcServerOperation | undefined): TracingContext {
    return operation?.context ?? TracingContext.SUPPRESSED;
  }

  /**
   * Finishes all open operations when the server has shut down: its streams can close after the tracing
   * shuts down. An operation without a status gets CANCELLED.
   */
  finishAll(): void {
    for (const operation of [...this.#settings.open]) operation.finish();
  }

  #begin(call: IncomingGrpcCall): GrpcServerOperation | undefined {
    const { method, isKnownMethod, metadata } = call;
    if (contextStorage.active().suppressed || this.#ignoreRules.has(call)) return undefined;
    const { context, links } = this.#contextReader.read(metadata, call);
    const server = call.host === undefined ? null : this.#hostOf(call.host);
    const attributes: Attributes = isKnownMethod
      ? incomingCallAttributes(method, undefined, server, this.#functionNameOf(method), call.peer)
      : incomingCallAttributes(OTHER_METHOD, method, server, undefined, call.peer);
    this.#requestMetadata?.writeTo(attributes, metadata);
    const span = this.#tracer.startSpan(
      isKnownMethod ? method : GRPC,
      { kind: SpanKind.SERVER, attributes, links },
      context,
    );
    const knownMethod = isKnownMethod ? method : OTHER_METHOD;
    const measurement = this.#measure(knownMethod, server, span);
    const operation = new GrpcServerOperation(
      this.#settings,
      knownMethod,
      span,
      context,
      measurement,
    );
    if (this.#onCall !== undefined && span.isRecording()) this.#onCall.call(span, call);
    return operation;
  }

  #measure(method: string, server: HostAndPort | null, span: LocalSpan): Measurement | undefined {
    const durations = this.#durations;
    if (durations === undefined) return undefined;
    const known = durations.hasServerAddress ? server : null;
    const path = durations.root.with(GRPC).with(known?.host).with(known?.port);
    return durations.begin(path.with(method), span);
  }
}

const INCOMING = { options: 'grpc.server', noun: 'call', getter: METADATA_GETTER };

const HANDLER: ApplicationPart<GrpcServerHandler> = { name: 'grpc.server' };

/** Sets the handler that traces the incoming calls of an application. */
export function assignGrpcServerHandler(tracer: LocalTracer, handler: GrpcServerHandler): void {
  tracer.application.set(HANDLER, handler);
}

/** Returns the handler of the running application; undefined if no tracing is running. */
export function grpcServerHandlerOfProcess(): GrpcServerHandler | undefined {
  const tracer = currentTracer();
  if (tracer === undefined) return undefined;
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new GrpcServerHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}
