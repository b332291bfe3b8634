import type { LocalSpan } from '../../context/index.js';
import type { OutgoingGrpcCall } from '../grpc-call-info.js';
import type { GrpcIgnoreRule } from '../grpc-ignore-rules.js';

/**
 * Which receivers of calls, by the target of the channel: a host with any port (`stock.example`), a host
 * with a port (`localhost:50051`), all subdomains of a host (`*.stock.example`, not the domain itself), a
 * socket (`unix:/run/stock.sock`), a pattern or a function of `host:port`. A function that throws is
 * reported and matches nothing.
 *
 * A target without a port has port 443, as for `@grpc/grpc-js`. Patterns and functions see a target that
 * means no single host, such as `xds:///stock`, as it is. Where `grpc_proxy` or `http_proxy` sends a
 * channel through a proxy, the target is the proxy.
 */
export type GrpcTargetRule = string | RegExp | ((target: string) => boolean);

/** What the spans of outgoing gRPC calls show, and what the calls themselves carry. */
export interface GrpcClientOptions {
  /**
   * False hooks nothing on the application: only what has `grpcClientInterceptor` has client spans, with
   * these options.
   * @default true
   */
  readonly hooks?: boolean;
  /**
   * Calls that have no span, and with which neither trace context nor baggage is sent.
   * @default []
   */
  readonly ignore?: readonly GrpcIgnoreRule[];
  /**
   * The receivers to which the trace context is sent. Calls to others are traced, but carry neither
   * trace context nor baggage.
   * @default all
   */
  readonly propagateTo?: readonly GrpcTargetRule[];
  /**
   * The receivers, out of those of `propagateTo`, to which baggage is sent. Set it where baggage holds
   * something that is not for everybody.
   * @default all
   */
  readonly propagateBaggageTo?: readonly GrpcTargetRule[];
  /**
   * Keys of metadata to record as `rpc.request.metadata.<key>`, in any case. The sampler sees them.
   * Binary values are shown in base64.
   * @default []
   */
  readonly captureRequestMetadata?: readonly string[];
  /**
   * Keys of the metadata that ended a call (its trailers) to record as
   * `rpc.response.metadata.<key>`, in any case.
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
   * Called when the span of a call has started, if it is recorded, before the call is sent: to set
   * attributes from the call. What it throws is reported and changes nothing.
   * @default none
   */
  readonly onCall?: (span: LocalSpan, call: OutgoingGrpcCall) => void;
}
