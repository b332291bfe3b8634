/**
 * The cases and what each should reach. A ratio is theirs ÷ ours, in CPU time of the main thread; `peer` is the
 * system it is taken against. `addedAtMostShareOfPeer` and `addedAtMostNanos` are about what tracing adds to the
 * untraced operation, `atMostNanos` is about the operation.
 * Cases without a target are there to be read, not to be reached.
 * With `isSameWork`, both systems must write the same spans.
 * With `inTurns`, the two systems take turns in two processes, and the figure is their difference.
 */
export const MICRO_CASES = [
  {
    name: 'requestPath',
    title: 'path of a request with a decorated method, encoding included',
    peer: 'floor',
    addedAtMostShareOfPeer: 1.2,
    isSameWork: true,
    // So much code takes the compiler longer.
    warmMillis: 3000,
  },
  {
    name: 'requestPathUnsampled',
    title: 'path of a request, not sampled',
    peer: 'untraced',
    addedAtMostNanos: 600,
    warmMillis: 3000,
  },
  {
    name: 'requestPathUnsampledCaller',
    title: 'path of a request whose caller does not sample it',
    peer: 'untraced',
    warmMillis: 3000,
  },
  {
    name: 'requestMetricsUnsampled',
    title: 'metrics of a request that is not sampled, beside its path',
    peer: 'untraced',
    addedAtMostNanos: 150,
    warmMillis: 3000,
  },
  {
    name: 'rootSpan',
    title: 'root span, six attributes, through the batch processor',
    peer: 'opentelemetry',
    target: 6,
    bytesTarget: { atMostShareOfPeer: 1 / 3 },
  },
  { name: 'childSpan', title: 'active child span', peer: 'opentelemetry', target: 4 },
  { name: 'unsampledRoot', title: 'unsampled root span', peer: 'opentelemetry', target: 4 },
  {
    name: 'unsampledRemoteParent',
    title: 'server span, unsampled remote parent',
    peer: 'opentelemetry',
    atMostNanos: 150,
  },
  {
    name: 'unsampledChild',
    title: 'active child span, unsampled local parent',
    peer: 'opentelemetry',
    target: 30,
    bytesTarget: { below: 16 },
  },
  { name: 'decoratedSync', title: 'decorated method', peer: 'nestjs-otel', target: 5 },
  { name: 'decoratedAsync', title: 'decorated async method', peer: 'nestjs-otel', target: 4 },
  {
    name: 'decoratedSyncUnsampled',
    title: 'decorated method, unsampled',
    peer: 'nestjs-otel',
    target: 60,
  },
  {
    name: 'decoratedAsyncUnsampled',
    title: 'decorated async method, unsampled',
    peer: 'nestjs-otel',
    target: 20,
  },
  { name: 'providerSync', title: 'provider method', peer: 'nestjs-otel', target: 5 },
  {
    name: 'providerSyncUnsampled',
    title: 'provider method, unsampled',
    peer: 'nestjs-otel',
    // About 20 ns.
    target: 60,
  },
  { name: 'extractW3c', title: 'W3C extract', peer: 'opentelemetry', target: 3 },
  {
    name: 'extractW3cWithState',
    title: 'W3C extract with trace state',
    peer: 'opentelemetry',
  },
  { name: 'injectW3c', title: 'W3C inject', peer: 'opentelemetry', target: 8 },
  { name: 'extractB3', title: 'B3 extract', peer: 'opentelemetry', target: 3 },
  { name: 'extractB3Multi', title: 'B3 extract, several headers', peer: 'opentelemetry' },
  { name: 'injectB3', title: 'B3 inject', peer: 'opentelemetry', target: 8 },
  { name: 'injectB3Multi', title: 'B3 inject, several headers', peer: 'opentelemetry' },
  {
    name: 'encodeOtlp',
    title: 'OTLP protobuf of 512 spans',
    peer: 'opentelemetry',
    target: 3.5,
  },
  { name: 'pgQuery', title: 'query of `pg`, answered at once', peer: 'opentelemetry-databases' },
  {
    name: 'typeormQuery',
    title: 'query of a TypeORM repository on sql.js',
    peer: 'opentelemetry-databases',
    // So much code takes the compiler longer.
    warmMillis: 3000,
    // What sql.js allocates outside of the heap starts collections all the time.
    isWeighed: false,
  },
  {
    name: 'ioredisCommand',
    title: '`GET` of ioredis, from a local server',
    peer: 'opentelemetry-databases',
    addedAtMostShareOfPeer: 0.5,
    warmMillis: 3000,
    // Sockets and their buffers start collections all the time.
    isWeighed: false,
  },
  {
    name: 'nodeRedisCommand',
    title: '`GET` of node-redis, from a local server',
    peer: 'opentelemetry-databases',
    addedAtMostShareOfPeer: 0.5,
    warmMillis: 3000,
    isWeighed: false,
  },
  {
    name: 'fetchRequest',
    title: 'request of `fetch` to a local server',
    peer: 'opentelemetry-clients',
    addedAtMostShareOfPeer: 0.4,
    warmMillis: 2000,
    // Sockets and their buffers start collections all the time.
    isWeighed: false,
  },
  {
    name: 'httpRequest',
    title: 'request of `http.request` to a local server',
    peer: 'opentelemetry-clients',
    addedAtMostShareOfPeer: 0.4,
    warmMillis: 2000,
    isWeighed: false,
  },
  {
    name: 'tcpMessage',
    title: 'request and answer of Nest over TCP, both ends',
    peer: 'untraced',
    inTurns: true,
    warmMillis: 3000,
    isWeighed: false,
  },
  {
    name: 'redisMessage',
    title: 'request and answer of Nest over Redis, both ends',
    peer: 'untraced',
    inTurns: true,
    warmMillis: 3000,
    isWeighed: false,
  },
  { name: 'logLineJson', title: "JSON line of Nest's `ConsoleLogger`", peer: 'untraced' },
  {
    name: 'logLineJsonOutside',
    title: "JSON line of Nest's `ConsoleLogger`, outside a span",
    peer: 'untraced',
  },
  { name: 'logLineText', title: "text line of Nest's `ConsoleLogger`", peer: 'untraced' },
  {
    name: 'logLineTextOutside',
    title: "text line of Nest's `ConsoleLogger`, outside a span",
    peer: 'untraced',
  },
  { name: 'logLinePino', title: 'line of pino', peer: 'opentelemetry-logs' },
  { name: 'logLinePinoOutside', title: 'line of pino, outside a span', peer: 'opentelemetry-logs' },
  { name: 'readSql', title: 'SQL text that was read before', peer: 'untraced' },
];

/** Cases that are also run with no decorator and no tracing: what no tracing can go below. */
export const UNTRACED_CASES = new Set([
  'requestPath',
  'requestPathUnsampled',
  'requestPathUnsampledCaller',
  'decoratedSync',
  'decoratedAsync',
  'decoratedSyncUnsampled',
  'decoratedAsyncUnsampled',
  'providerSync',
  'providerSyncUnsampled',
  'fetchRequest',
  'httpRequest',
  'pgQuery',
  'typeormQuery',
  'ioredisCommand',
  'nodeRedisCommand',
  'logLinePino',
  'logLinePinoOutside',
]);

/** The least share of the untraced application's requests a second that is kept. */
export const APPLICATION_TARGETS = {
  express: { ours: 0.8, 'ours-unsampled': 0.93 },
  fastify: { ours: 0.9, 'ours-unsampled': 0.93 },
  grpc: { ours: 0.9 },
  'grpc-one-by-one': { ours: 0.9 },
  'in-process': {},
  lifecycle: {},
  /** CPU time added to a request, against what OpenTelemetry adds on the same platform. */
  addedCpuAtMostShareOfPeer: 1 / 4,
  addedRssAtMostBytes: 25e6,
  /** How long an export may keep the event loop from turning: but for one turn in a thousand. */
  exportBlockAtMostMillis: 2,
};

/** The platforms that the application is run on, and what loads it there. */
export const PLATFORM_TITLES = {
  express: 'Whole application: Express (%)',
  fastify: 'Whole application: Fastify (%)',
  'in-process': 'The same on Fastify, in the process: without sockets and their kernel',
  grpc: 'Whole application: gRPC (grpc-load.js)',
  'grpc-one-by-one': 'The same on gRPC, one call after the other (grpc-load.js)',
  lifecycle: 'The same in the process, with a guard, an interceptor and a pipe',
};

/** The platforms that are loaded at a fixed rate, and the shares of the untraced application's capacity. */
export const FIXED_RATE_PLATFORMS = ['express', 'fastify', 'lifecycle', 'grpc'];
export const LOAD_SHARES = [0.3, 0.6];

export const FIXED_RATE_TITLES = {
  express: 'Express',
  fastify: 'Fastify',
  lifecycle: 'Fastify, with a guard, an interceptor and a pipe',
  grpc: 'gRPC',
};

export const FIXED_RATE_TARGETS = {
  /** CPU time added to a request, against what the floor adds; see `floor/floor.js`. */
  addedCpuAtMostTimesFloor: 1.25,
  /** The same against what OpenTelemetry's instrumentations for HTTP and Nest add. */
  addedCpuAtMostShareOfPeer: 1 / 6,
  /** The 99th percentile of the latencies at the highest share, against that of the untraced application. */
  p99AtMostTimesUntraced: 1.1,
};

/** Variants of the application, in the order in which they are run and listed. */
export const VARIANTS = [
  { name: 'untraced', title: 'untraced' },
  { name: 'context-only', title: 'untraced, but with an `AsyncLocalStorage`' },
  { name: 'ours', title: 'nestjs-traced, all sampled' },
  { name: 'ours-unsampled', title: 'nestjs-traced, nothing sampled' },
  {
    name: 'ours-interceptor',
    title: 'nestjs-traced, `HttpTracingInterceptor` bound',
    platforms: ['express', 'fastify'],
  },
  {
    name: 'ours-providers',
    title: 'nestjs-traced, `providers: true` instead of the decorator',
    platforms: ['express', 'fastify', 'in-process'],
  },
  {
    name: 'floor',
    title: 'the floor: a tracer by hand, all sampled',
    platforms: ['express', 'fastify', 'in-process', 'lifecycle'],
  },
  { name: 'opentelemetry', title: 'OpenTelemetry, all sampled' },
  {
    name: 'opentelemetry-providers',
    title: 'OpenTelemetry, `@Span()` of nestjs-otel on the methods that `providers` traces',
    platforms: ['express', 'fastify', 'in-process'],
  },
  {
    name: 'ours-lifecycle',
    title: "nestjs-traced, `lifecycle: 'all'`, all sampled",
    platforms: ['lifecycle'],
  },
  {
    name: 'ours-lifecycle-unsampled',
    title: "nestjs-traced, `lifecycle: 'all'`, nothing sampled",
    platforms: ['lifecycle'],
  },
  {
    name: 'opentelemetry-lifecycle',
    title: 'OpenTelemetry, `@Span()` of nestjs-otel on the same methods',
    platforms: ['lifecycle'],
  },
];

/** The variants that there are on a platform. */
export function variantsOf(platform) {
  return VARIANTS.filter(
    ({ platforms }) => platforms === undefined || platforms.includes(platform),
  );
}

/** The ways of loading the library. */
export const LOAD_CASES = [
  ...[
    { api: '1.9', library: 'nestjs-traced' },
    { api: '1.10', library: 'nestjs-traced-api-1.10' },
  ].flatMap(({ api, library }) => [
    { name: `import ${api}`, title: `\`import\`, API ${api}`, script: './import.js', library },
    { name: `require ${api}`, title: `\`require\`, API ${api}`, script: './require.cjs', library },
  ]),
];

/** How long the library takes to load, as a share of what Nest takes in the same process. */
export const LOAD_AT_MOST_SHARE_OF_NEST = 0.12;

/** The systems whose queue is filled while it is emptied. */
export const DELIVERY_SYSTEMS = ['ours', 'opentelemetry'];

/** Spans that may be dropped from a queue with default options, from which a slow receiver is served. */
export const DELIVERY_AT_MOST_DROPPED = 0;

/** What the trace viewer should reach, on two cores. `atMost` and `atLeast` are in the unit. */
export const VIEWER_BARS = [
  {
    name: 'start.startMillis',
    title: 'start of the command until it listens',
    unit: 'ms',
    atMost: 150,
  },
  { name: 'start.pageKibibytes', title: 'page, gzip', unit: 'KiB', atMost: 60 },
  {
    name: 'protobuf.spansPerSecond',
    title: 'receives in protobuf',
    unit: 'spans/s',
    atLeast: 150_000,
  },
  { name: 'protobuf.cpuMicrosPerSpan', title: 'processor time of each', unit: 'µs' },
  {
    name: 'protobuf.beyondLimitMebibytes',
    title: 'peak RSS beyond `maxBytes`',
    unit: 'MiB',
    atMost: 128,
  },
  { name: 'json.spansPerSecond', title: 'receives in JSON', unit: 'spans/s', atLeast: 40_000 },
  { name: 'json.cpuMicrosPerSpan', title: 'processor time of each', unit: 'µs' },
  {
    name: 'page.open10000Millis',
    title: 'trace of 10,000 spans: click → painted',
    unit: 'ms',
    atMost: 300,
  },
  {
    name: 'page.open100000Millis',
    title: 'trace of 100,000 spans: click → painted',
    unit: 'ms',
    atMost: 1500,
  },
  {
    name: 'page.frameMillis',
    title: '… scroll and zoom: 95th percentile of frames',
    unit: 'ms',
    atMost: 17,
  },
  {
    name: 'page.longTasks',
    title: '… scroll and zoom: tasks longer than 50 ms',
    unit: '',
    atMost: 0,
  },
  { name: 'page.collapseMillis', title: '… collapse all → painted', unit: 'ms', atMost: 50 },
  { name: 'page.searchMillis', title: '… search inside → painted', unit: 'ms', atMost: 150 },
  { name: 'page.elements', title: '… elements in the document', unit: '', atMost: 1500 },
  {
    name: 'live.framesPerSecond',
    title: '500 traces/s, list open: frames',
    unit: '/s',
    atLeast: 30,
  },
  { name: 'live.messagesPerSecond', title: '… messages', unit: '/s', atMost: 10 },
  { name: 'live.heapMegabytes', title: '… peak heap of the page', unit: 'MB', atMost: 150 },
  {
    name: 'application.kept',
    title: 'requests/s with the viewer ÷ with a receiver elsewhere, at saturation',
    unit: '',
    atLeast: 0.97,
  },
  {
    name: 'application.mainThreadMicros',
    title: '1,000 requests/s: processor time of the main thread, a request',
    unit: 'µs',
  },
  {
    name: 'application.mainThreadRatio',
    title: '… ÷ with a receiver elsewhere',
    unit: '',
    atMost: 1.03,
  },
  {
    name: 'application.processMicros',
    title: '… processor time of all threads, with the viewer',
    unit: 'µs',
  },
  { name: 'application.processRatio', title: '… ÷ with a receiver elsewhere', unit: '' },
];
