import type { IncomingContextOptions } from '../../carriers/index.js';
import type { LocalSpan } from '../../context/index.js';
import type { IncomingGrpcCall } from '../grpc-call-info.js';
import type { GrpcErrorCondition } from '../grpc-error-rule.js';
import type { GrpcIgnoreRule } from '../grpc-ignore-rules.js';

/** Options for incoming gRPC calls: their spans, and the context that they accept. */
export interface GrpcServerOptions extends IncomingContextOptions<IncomingGrpcCall> {
  /**
   * False installs no hooks: only servers and handlers with `tracedGrpcOptions`, `grpcServerInterceptor`
   * or `GrpcTracingInterceptor` have server spans, with these options.
   * @default true
   */
  readonly hooks?: boolean;
  /**
   * Calls without spans, such as `grpc.health.v1.Health` and `grpc.reflection.v1.ServerReflection`. The
   * work that they cause in this process has no spans either. The rules are evaluated before a span
   * starts, so an ignored call costs almost nothing.
   * @default []
   */
  readonly ignore?: readonly GrpcIgnoreRule[];
  /**
   * Keys of metadata to record as `rpc.request.metadata.<key>`, in any case. The sampler receives these
   * attributes. Binary values are encoded in base64.
   * @default []
   */
  readonly captureRequestMetadata?: readonly string[];
  /**
   * Keys of the metadata at the end of a call (its trailers) to record as
   * `rpc.response.metadata.<key>`, in any case.
   * @default []
   */
  readonly captureResponseMetadata?: readonly string[];
  /**
   * True adds an event `rpc.message` for each message that is sent or received. A span keeps only the
   * last events of a long stream.
   * @default false
   */
  readonly messageEvents?: boolean;
  /**
   * Decides whether the status of a call is an error: then the span has the status ERROR, and the span and the
   * metric have `error.type`. Called once, when the call has ended. `status.isError` is the answer of the default;
   * a call that ends by its deadline as planned, such as a stream, need not be an error. If the function throws,
   * the library reports it and uses the default.
   * @default the rule of the semantic conventions: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL,
   *   UNAVAILABLE and DATA_LOSS are errors
   * @example
   * isError: (status, call) =>
   *   status.isError && !(status.name === 'DEADLINE_EXCEEDED' && call.method === 'shop.Orders/Watch')
   */
  readonly isError?: GrpcErrorCondition;
  /**
   * Called after the start of a recorded span and before the application handles the call, to set
   * attributes from the call. If the function throws, the library reports it and the call continues.
   * @default none
   */
  readonly onCall?: (span: LocalSpan, call: IncomingGrpcCall) => void;
}
