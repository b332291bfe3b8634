import { type Attributes, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  type LocalTracer,
  SUPPRESSED,
  TracingContext,
} from '../../context/index.js';
import {
  GRPC,
  OTHER_METHOD,
  RPC_REQUEST_METADATA_PREFIX,
  RPC_RESPONSE_METADATA_PREFIX,
} from '../attributes.js';
import { type GrpcPeer, incomingCallAttributes } from '../call-attributes.js';
import { CapturedMetadata } from '../captured-metadata.js';
import { GrpcIgnoreRules } from '../grpc-ignore-rules.js';
import { type GrpcMetadata, METADATA_GETTER } from '../grpc-metadata.js';
import { parseHostAndPort, rememberParsed } from '../host-and-port.js';
import { GrpcServerOperation, type GrpcServerOperationSettings } from './grpc-server-operation.js';
import type { GrpcServerOptions } from './grpc-server-options.js';

/** A call that has come in, as an adapter hands it over. */
export interface IncomingGrpcCall {
  /** `package.Service/Method`, as the caller asked for it. */
  readonly method: string;
  /** False where the server has no such method. */
  readonly isKnownMethod: boolean;
  readonly metadata: GrpcMetadata;
  /** The host that the caller named (`:authority`). */
  readonly host: string | undefined;
  readonly peer: GrpcPeer | undefined;
}

/** Active below calls that are ignored. */
/**
 * Traces the calls to a gRPC server, whatever hands them in: an interceptor of `@grpc/grpc-js`, one of
 * Nest, or the server that refuses them.
 *
 * Nothing here throws at run time; what a user's function throws is reported.
 */
export class GrpcServerHandler {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: GrpcIgnoreRules;
  readonly #requestMetadata: CapturedMetadata;
  readonly #settings: GrpcServerOperationSettings;
  readonly #hostOf = rememberParsed((host) => parseHostAndPort(host) ?? null);
  readonly #functionNameOf: (method: string) => string | undefined;

  /**
   * @param functionNameOf names the function behind a method that the server has, such as
   *   `OrdersController.find`
   * @throws TracingConfigError for options that cannot be used
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
    this.#requestMetadata = new CapturedMetadata(
      RPC_REQUEST_METADATA_PREFIX,
      'grpc.server.captureRequestMetadata',
      options.captureRequestMetadata,
    );
    const responseMetadata = new CapturedMetadata(
      RPC_RESPONSE_METADATA_PREFIX,
      'grpc.server.captureResponseMetadata',
      options.captureResponseMetadata,
    );
    this.#settings = {
      responseMetadata,
      hasMessageEvents: options.messageEvents === true,
      open: new Set(),
    };
    this.#functionNameOf = functionNameOf;
  }

  /**
   * Begins the operation of a call: its span is a child of the caller's, if the call brought one,
   * never of what happens to be active here. Whoever begins it finishes it.
   *
   * @returns undefined where the call is not traced; then it is to run in {@link contextOf} all the
   *   same
   */
  begin(call: IncomingGrpcCall): GrpcServerOperation | undefined {
    try {
      return this.#begin(call);
    } catch (error) {
      this.#tracer.diagnostics.report('A gRPC call could not be traced', error);
      return undefined;
    }
  }

  /** The context in which a call is to be handled: that of its operation, or one that traces nothing. */
  contextOf(operation: GrpcServerOperation | undefined): TracingContext {
    return operation?.context ?? SUPPRESSED;
  }

  /**
   * Finishes all operations that are still open, for a server that is gone: its streams may close only
   * after the tracing has shut down. What has no status by then was cancelled.
   */
  finishAll(): void {
    for (const operation of [...this.#settings.open]) operation.finish();
  }

  #begin(call: IncomingGrpcCall): GrpcServerOperation | undefined {
    const { method, isKnownMethod, metadata } = call;
    if (contextStorage.active().suppressed || this.#ignoreRules.has(call)) return undefined;
    const tracer = this.#tracer;
    const extracted = TracingContext.from(
      tracer.propagator.extract(TracingContext.ROOT, metadata, METADATA_GETTER),
    );
    const server = call.host === undefined ? null : this.#hostOf(call.host);
    const attributes: Attributes = isKnownMethod
      ? incomingCallAttributes(method, undefined, server, this.#functionNameOf(method), call.peer)
      : incomingCallAttributes(OTHER_METHOD, method, server, undefined, call.peer);
    this.#requestMetadata.writeTo(attributes, metadata);
    const span = tracer.startSpan(
      isKnownMethod ? method : GRPC,
      { kind: SpanKind.SERVER, attributes },
      extracted,
    );
    return new GrpcServerOperation(this.#settings, span, extracted);
  }
}
