import { TracingContext } from '../../../lib/context/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { methodOfPath, parseCaller } from '../../../lib/grpc/call-texts.js';
import { parsePeer } from '../../../lib/grpc/client/channel-target.js';
import { GrpcIgnoreRules } from '../../../lib/grpc/grpc-ignore-rules.js';
import { type GrpcMetadata, METADATA_GETTER } from '../../../lib/grpc/grpc-metadata.js';
import { detailsOf, isServerError, statusNameOf } from '../../../lib/grpc/grpc-status.js';
import { GrpcServerHandler } from '../../../lib/grpc/server/grpc-server-handler.js';
import {
  B3Propagator,
  DatadogPropagator,
  JaegerPropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  XRayPropagator,
} from '../../../lib/propagation/index.js';
import { untrustedTextSuite } from '../../suites/untrusted-text.suite.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

/** Metadata with the same values for all keys. */
class EqualMetadata implements GrpcMetadata {
  constructor(
    private readonly values: readonly string[],
    private readonly keys: readonly string[],
  ) {}

  get(): unknown[] {
    return [...this.values];
  }

  set(): void {}

  remove(): void {}

  getMap(): Record<string, unknown> {
    return Object.fromEntries(this.keys.map((key) => [key, this.values[0]]));
  }

  clone(): GrpcMetadata {
    return this;
  }
}

const diagnostics = new Diagnostics({ warn: () => {} });
const propagators = [
  new W3CTraceContextPropagator(),
  new W3CBaggagePropagator({ diagnostics }),
  new B3Propagator(),
  new JaegerPropagator(),
  new XRayPropagator(),
  new DatadogPropagator(),
];
const rules = new GrpcIgnoreRules('ignore', ['grpc.health.v1.Health'], diagnostics);
const createTracing = tracingsOfTest();

for (const propagator of propagators) {
  const { name } = propagator.constructor;
  untrustedTextSuite({
    name: `the metadata that ${name} reads`,
    parse: (text) => {
      const metadata = new EqualMetadata([text], ['uberctx-a']);
      propagator.extract(TracingContext.ROOT, metadata, METADATA_GETTER);
    },
  });
  untrustedTextSuite({
    name: `the metadata with many values that ${name} reads`,
    parse: (text) => {
      const metadata = new EqualMetadata(partsOf(text), ['uberctx-a']);
      propagator.extract(TracingContext.ROOT, metadata, METADATA_GETTER);
    },
  });
}
untrustedTextSuite({
  name: 'the path of a call',
  parse: (path) => rules.has({ method: methodOfPath(path), metadata: new EqualMetadata([], []) }),
  heads: ['/', '/shop.Orders/'],
});
untrustedTextSuite({
  name: 'the address of a caller',
  parse: (text) => [parseCaller(text), parsePeer(text)],
  heads: ['1', '[::1]:', '::'],
});
untrustedTextSuite({
  name: 'a status',
  parse: (details) => [detailsOf({ details }), isServerError(statusNameOf(details))],
});
untrustedTextSuite({
  name: 'a whole call',
  parse: (text) => {
    const { tracer, recorder } = createTracing({ propagator: propagators[0] });
    const handler = new GrpcServerHandler(tracer, { captureRequestMetadata: ['x-tenant'] });
    const operation = handler.begin({
      method: methodOfPath(text),
      isKnownMethod: false,
      metadata: new EqualMetadata([text], [text]),
      host: text,
      peer: parseCaller(text),
    });
    operation?.statusSent({ code: 12, details: text });
    operation?.finish();
    recorder.takeSpans();
  },
});

function partsOf(text: string): string[] {
  const length = Math.ceil(text.length / 64);
  return Array.from({ length: 64 }, (_, part) => text.slice(part * length, (part + 1) * length));
}
