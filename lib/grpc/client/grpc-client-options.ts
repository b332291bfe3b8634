import type { LocalSpan } from '../../context/index.js';
import type { OutgoingGrpcCall } from '../grpc-call-info.js';
import type { GrpcErrorCondition } from '../grpc-error-rule.js';
import type { GrpcIgnoreRule } from '../grpc-ignore-rules.js';

/**
 * Matches the receivers of calls by the target of the channel: a host with any port (`stock.example`), a
 * host with a port (`localhost:50051`), all subdomains of a host (`*.stock.example`, without the domain
 * itself), a socket (`unix:/run/stock.sock`), a regular expression for `host:port` or a function of it. A
 * function that throws is reported and does not match.
 *
 * A target without a port has port 443, as in `@grpc/grpc-js`. For a target that is not one host, such as
 * `xds:///stock`, regular expressions and functions receive the whole target. If `grpc_proxy` or
 * `http_proxy` sends a channel through a proxy, the target is the proxy.
 */
export type GrpcTargetRule = string | RegExp | ((target: string) => boolean);

/** Options for outgoing gRPC calls: their spans, and the context that they carry. */
export interface GrpcClientOptions {
  /**
   * False installs no hooks: only clients with `grpcClientInterceptor` have client spans, with these
   * options.
   * @default true
   */
  readonly hooks?: boolean;
  /**
   * Calls without a span, which carry neither trace context nor baggage.
   * @default []
   */
  readonly ignore?: readonly GrpcIgnoreRule[];
  /**
   * The receivers of the trace context. Calls to other receivers have a span, but carry neither trace
   * context nor baggage.
   * @default all
   */
  readonly propagateTo?: readonly GrpcTargetRule[];
  /**
   * The receivers of baggage, among those of `propagateTo`. Set it if baggage contains data that is not
   * for all receivers.
   * @default all
   */
  readonly propagateBaggageTo?: readonly GrpcTargetRule[];
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
   * @default the rule of the semantic conventions: every code except OK is an error
   * @example
   * isError: (status, call) =>
   *   status.isError && !(status.name === 'DEADLINE_EXCEEDED' && call.method === 'shop.Orders/Watch')
   */
  readonly isError?: GrpcErrorCondition;
  /**
   * Called after the start of a recorded span and before the call is sent, to set attributes from the
   * call. If the function throws, the library reports it and sends the call.
   * @default none
   */
  readonly onCall?: (span: LocalSpan, call: OutgoingGrpcCall) => void;
}
