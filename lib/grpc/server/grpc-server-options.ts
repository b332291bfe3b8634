import type { GrpcIgnoreRule } from '../grpc-ignore-rules.js';

/** What the spans of a gRPC server show. */
export interface GrpcServerOptions {
  /**
   * Calls that are not traced, and nothing that they cause in this process either, such as
   * `grpc.health.v1.Health` and `grpc.reflection.v1.ServerReflection`. Asked before a span exists.
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
}
