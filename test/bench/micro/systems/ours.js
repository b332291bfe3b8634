import {
  AlwaysOnSampler,
  B3Propagator,
  BatchSpanProcessor,
  createTracing,
  ParentBasedSampler,
  ProbabilitySampler,
  Traced,
  TracedLogger,
  Tracer,
  TracingModule,
  traceDataSource,
  tracedPinoOptions,
  tracedQueryable,
  W3CTraceContextPropagator,
} from 'nestjs-traced';
import * as clients from '../client-cases.js';
import { CountingExporter } from '../counting-exporter.js';
import { decoratorCases } from '../decorator-cases.js';
import { logCases, requirePino } from '../log-cases.js';
import * as messages from '../message-cases.js';
import { extracting, injecting } from '../propagation-cases.js';
import { providerCases } from '../provider-cases.js';
import * as queries from '../query-cases.js';
import { spanCases } from '../span-cases.js';
import * as subjects from '../subjects.js';

/** nestjs-traced as its documentation sets it up outside of Nest. */
function start(sampler, spanProcessors) {
  const exporter = new CountingExporter();
  const tracing = createTracing({
    serviceName: 'bench',
    sampler: new ParentBasedSampler({ root: sampler }),
    ...(spanProcessors ? { spanProcessors } : { exporter }),
  });
  return { tracer: tracing.tracer, exporter, flush: () => tracing.forceFlush() };
}

const startSampled = () => start(new AlwaysOnSampler());
const startUnsampled = () => start(new ProbabilitySampler(0));

export const { rootSpan, childSpan, unsampledRoot, unsampledChild, unsampledRemoteParent } =
  spanCases(startSampled, startUnsampled);

export const { decoratedSync, decoratedAsync, decoratedSyncUnsampled, decoratedAsyncUnsampled } =
  decoratorCases(Traced(), startSampled, startUnsampled);

const w3c = () => new W3CTraceContextPropagator();
const b3 = () => new B3Propagator();
const b3Multi = () => new B3Propagator({ injectFormat: 'multi' });

/** Contexts are ours only where ours is registered, as it is in an application. */
const extract = (propagator, carriers) => {
  startSampled();
  return extracting(propagator, carriers);
};

const inject = (propagator, names) => {
  const { tracer } = startSampled();
  return injecting(propagator, tracer, names);
};

export const extractW3c = () => extract(w3c(), subjects.W3C_CARRIERS);
export const extractW3cWithState = () => extract(w3c(), subjects.W3C_CARRIERS_WITH_STATE);
export const extractB3 = () => extract(b3(), subjects.B3_CARRIERS);
export const extractB3Multi = () => extract(b3Multi(), subjects.B3_MULTI_CARRIERS);
export const injectW3c = () => inject(w3c(), ['traceparent']);
export const injectB3 = () => inject(b3(), ['b3']);
export const injectB3Multi = () => inject(b3Multi(), ['x-b3-traceid', 'x-b3-sampled']);

export const pgQuery = () =>
  queries.pgQuery(startSampled(), (client) =>
    tracedQueryable(client, {
      system: 'postgresql',
      namespace: 'shop',
      serverAddress: 'localhost',
    }),
  );
export const typeormQuery = () => queries.typeormQuery(startSampled(), traceDataSource);
export const ioredisCommand = () => queries.ioredisCommand(startSampled());
export const nodeRedisCommand = () => queries.nodeRedisCommand(startSampled());

export const fetchRequest = () => clients.fetchRequest(startSampled());
export const httpRequest = () => clients.httpRequest(startSampled());

/** An application that traces as it does by default, but for the exporter and the given options. */
const traced = (options) => {
  const exporter = new CountingExporter();
  const spanProcessors = [new BatchSpanProcessor(exporter)];
  const module = TracingModule.forRoot({ serviceName: 'bench', spanProcessors, ...options });
  const flush = () => spanProcessors[0].forceFlush();
  return { module, tracerToken: Tracer, exporter, flush };
};

export const { providerSync, providerSyncUnsampled } = providerCases(
  () => traced({ providers: true }),
  () =>
    traced({
      providers: true,
      sampler: new ParentBasedSampler({ root: new ProbabilitySampler(0) }),
    }),
);

export const {
  logLineJson,
  logLineJsonOutside,
  logLineText,
  logLineTextOutside,
  logLinePino,
  logLinePinoOutside,
} = logCases(startSampled, {
  wrapConsole: (logger) => new TracedLogger(logger),
  createPino: (destination) => requirePino()(tracedPinoOptions({}), destination),
});

export const tcpMessage = () => messages.tcpMessage(traced());
export const redisMessage = () => messages.redisMessage(traced());

/** Loaded for these cases only: it is another build of the same library. */
const inside = () => import('./ours-inside.js');
export const encodeOtlp = async () => (await inside()).encodeOtlp();
export const readSql = async () => (await inside()).readSql();
export const requestPath = async () => (await inside()).requestPath();
export const requestPathUnsampled = async () => (await inside()).requestPathUnsampled();
export const requestMetricsUnsampled = async () => (await inside()).requestMetricsUnsampled();
export const requestPathUnsampledCaller = async () => (await inside()).requestPathUnsampledCaller();
