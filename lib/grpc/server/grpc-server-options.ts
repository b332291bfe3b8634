import type { IncomingContextOptions } from '../../carriers/index.js';
import type { LocalSpan } from '../../context/index.js';
import type { IncomingGrpcCall } from '../grpc-call-info.js';
import type { GrpcIgnoreRule } from '../grpc-ignore-rules.js';

/** What the spans of a gRPC server show, and how far its callers are trusted. */
export interface GrpcServerOptions extends IncomingContextOptions<IncomingGrpcCall> {
  /**
   * False hooks nothing on the application: only what has `tracedGrpcOptions`, `grpcServerInterceptor`
   * or `GrpcTracingInterceptor` has server spans, with these options.
   * @default true
   */
  readonly hooks?: boolean;
  /**
   * Calls that are not traced, and nothing that they cause in this process either, such as
   * `grpc.health.v1.Health` and `grpc.reflection.v1.ServerReflection`. The rules are evaluated before a
   * span exists, so an ignored call costs next to nothing.
   * @default []
   */
  readonly ignore?: readonly GrpcIgnoreRule[];
  /**
   * Keys of metadata to record as `rpc.request.metadata.<key>`, in any case. The sampler sees them.
   * Binary values are shown in base64.
   * @default []
   */
  readonly captureRequestMetadata?: readonly string[];
  /**
   * Keys of the metadata that ends a call (its trailers) to record as `rpc.response.metadata.<key>`,
   * in any case.
   * @default []
   */
  readonly captureResponseMetadata?: readonly string[];
  /**
   * True adds an event `rpc.message` for each message that comes or goes. A long stream has many:
   * a span keeps the last ones only.
   * @default false
   */
  readonly messageEvents?: boolean;
  /**
   * Called when the span of a call has started, if it is recorded: to set attributes from the call,
   * before anything of the application has run. What it throws is reported and changes nothing.
   * @default none
   */
  readonly onCall?: (span: LocalSpan, call: IncomingGrpcCall) => void;
}
