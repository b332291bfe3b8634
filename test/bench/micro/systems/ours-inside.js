import { SqlReader } from '../../node_modules/nestjs-traced/inside/database/sql/sql-reader.js';
import { EncodingExporter } from '../../node_modules/nestjs-traced/inside/export/encoding-exporter.js';
import { SPAN_WORDS } from '../../node_modules/nestjs-traced/inside/export/exporter.js';
import { ProtobufEncoding } from '../../node_modules/nestjs-traced/inside/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../node_modules/nestjs-traced/inside/export/otlp/protobuf-span.js';
import { HttpServerHandler } from '../../node_modules/nestjs-traced/inside/http/server/http-server-handler.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  createTracing,
  Diagnostics,
  ParentBasedSampler,
  Traced,
} from '../../node_modules/nestjs-traced/inside/index.js';
import { encoding } from '../encoding-case.js';
import { readingSql } from '../query-cases.js';
import { requestCases } from '../request-cases.js';

// Parts of nestjs-traced that no door exports, from the build that `peers.js` makes for them.

/**
 * The encoder that `OtlpSpanExporter` uses. The buffer is given back for the next message, as the
 * exporter does.
 */
export function encodeOtlp() {
  const ended = [];
  const { tracer } = createTracing({
    serviceName: 'bench',
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      {
        onStart() {},
        onEnd: (span) => ended.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const protobuf = new ProtobufEncoding(PROTOBUF_SPANS);
  return encoding(tracer, ended, async (spans) => {
    const open = protobuf.openBody(Number.POSITIVE_INFINITY);
    for (const span of spans) open.add(span);
    if (open.itemCount < spans.length) throw new Error(`only ${open.itemCount} spans were encoded`);
    const { body, release } = open.finish();
    release();
    return body;
  });
}

/** What the spans of queries are named by. */
export function readSql() {
  const reader = new SqlReader('postgresql', 2048);
  return readingSql((text) => reader.read(text).summary);
}

/** As the module sets it up for an application of HTTP, with a sender that is done with everything at once. */
function startRequests(rootSampler, metrics = false) {
  const sender = {
    async send(body) {
      system.bodies?.push(Buffer.from(body));
      return { body: Buffer.alloc(0) };
    },
    endSoon() {},
    async close() {},
  };
  const exporter = new EncodingExporter({
    owner: 'bench',
    words: SPAN_WORDS,
    encoding: new ProtobufEncoding(PROTOBUF_SPANS),
    sender,
    timeoutMillis: 10_000,
    diagnostics: new Diagnostics(),
  });
  const sampler = new ParentBasedSampler({ root: rootSampler });
  const tracing = createTracing({ serviceName: 'orders', sampler, exporter, metrics });
  const handler = new HttpServerHandler(tracing.tracer);
  const system = {
    bodies: undefined,
    activeSpan: () => tracing.tracer.activeSpan,
    decorator: Traced(),
    run(request, response, route, proceed) {
      const operation = handler.begin(request, response);
      if (operation?.isObserved) operation.enterRoute(route);
      return handler.run(request, response, proceed);
    },
    flush: () => tracing.forceFlush(),
  };
  return system;
}

export const {
  requestPath,
  requestPathUnsampled,
  requestPathUnsampledCaller,
  requestMetricsUnsampled,
} = requestCases(
  () => startRequests(new AlwaysOnSampler()),
  () => startRequests(new AlwaysOffSampler()),
  () => startRequests(new AlwaysOffSampler(), true),
);
