import { type Attributes, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import { RPC_REQUEST_METADATA_PREFIX, RPC_RESPONSE_METADATA_PREFIX } from '../attributes.js';
import { outgoingCallAttributes } from '../call-attributes.js';
import { CapturedMetadata } from '../captured-metadata.js';
import { GrpcIgnoreRules } from '../grpc-ignore-rules.js';
import { type GrpcMetadata, METADATA_SETTER } from '../grpc-metadata.js';
import { CANCELLED } from '../grpc-status.js';
import { rememberParsed } from '../host-and-port.js';
import { parseChannelTarget, parsePeer } from './channel-target.js';
import { GrpcClientOperation, type GrpcClientOperationSettings } from './grpc-client-operation.js';
import type { GrpcClientOptions } from './grpc-client-options.js';

/**
 * Traces the calls of gRPC clients, whatever hands them in.
 *
 * Nothing here throws at run time; what a user's function throws is reported.
 */
export class GrpcClientHandler {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: GrpcIgnoreRules;
  readonly #requestMetadata: CapturedMetadata;
  readonly #settings: GrpcClientOperationSettings;
  readonly #serverOf = rememberParsed(parseChannelTarget);

  /** @throws TracingConfigError for options that cannot be used */
  constructor(tracer: LocalTracer, options: GrpcClientOptions = {}) {
    this.#tracer = tracer;
    this.#ignoreRules = new GrpcIgnoreRules(
      'grpc.client.ignore',
      options.ignore ?? [],
      tracer.diagnostics,
    );
    this.#requestMetadata = new CapturedMetadata(
      RPC_REQUEST_METADATA_PREFIX,
      'grpc.client.captureRequestMetadata',
      options.captureRequestMetadata,
    );
    const responseMetadata = new CapturedMetadata(
      RPC_RESPONSE_METADATA_PREFIX,
      'grpc.client.captureResponseMetadata',
      options.captureResponseMetadata,
    );
    this.#settings = {
      responseMetadata,
      hasMessageEvents: options.messageEvents === true,
      peerOf: rememberParsed(parsePeer),
      open: new Map(),
    };
  }

  /**
   * Begins the operation of a call: its span is a child of what is active, its context is in its
   * metadata. Whoever begins it finishes it.
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
      const span = this.#startSpan(method, metadata, target, active);
      const context = active.withSpan(span);
      const sent = metadata.clone();
      this.#tracer.propagator.inject(context, sent, METADATA_SETTER);
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
    this.#requestMetadata.writeTo(attributes, metadata);
    return this.#tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, active);
  }
}
