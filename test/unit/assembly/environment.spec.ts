import { beforeEach, describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import type { EnvironmentVariables } from '../../../lib/assembly/environment-reader.js';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { NoopSpanExporter } from '../../../lib/export/index.js';

const warnings: string[] = [];
const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });

const read = (variables: EnvironmentVariables) => readEnvironment(diagnostics, variables);

beforeEach(() => {
  warnings.length = 0;
});

describe('readEnvironment', () => {
  it('says nothing where nothing is set', () => {
    expect(read({})).toEqual({
      isDisabled: false,
      serviceName: undefined,
      resourceAttributes: {},
      resourceDetectors: undefined,
      platform: {},
      samplerName: undefined,
      samplerRatio: undefined,
      samplerServer: {},
      propagatorNames: undefined,
      exporterName: undefined,
      otlp: {},
      hasOtlpEndpoint: false,
      isTestRun: false,
      metrics: { otlp: {}, hasOtlpEndpoint: false },
      zipkin: {},
      batch: {},
      spanLimits: {},
      logs: {
        exporterName: undefined,
        otlp: {},
        hasOtlpEndpoint: false,
        hasOwnEndpoint: false,
        batch: {},
        limits: {},
      },
      exceptionSignal: undefined,
      knownHttpMethods: undefined,
    });
  });

  it('takes an empty variable as unset', () => {
    const empty = {
      OTEL_SDK_DISABLED: '',
      OTEL_SERVICE_NAME: ' ',
      OTEL_TRACES_SAMPLER: '',
      OTEL_PROPAGATORS: ' , ',
      OTEL_TRACES_EXPORTER: '',
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
      OTEL_BSP_MAX_QUEUE_SIZE: '',
    };
    expect(read(empty)).toEqual(read({}));
    expect(warnings).toEqual([]);
  });

  const readings: [string, EnvironmentVariables, Partial<ReturnType<typeof readEnvironment>>][] = [
    ['true disables', { OTEL_SDK_DISABLED: 'True' }, { isDisabled: true }],
    ['false does not disable', { OTEL_SDK_DISABLED: 'FALSE' }, { isDisabled: false }],
    ['service name', { OTEL_SERVICE_NAME: 'orders' }, { serviceName: 'orders' }],
    [
      'resource attributes, percent-encodingd',
      { OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb, deployment.environment.name = prod ' },
      { resourceAttributes: { team: 'a,b', 'deployment.environment.name': 'prod' } },
    ],
    [
      'sampler with ratio',
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      { samplerName: 'parentbased_traceidratio', samplerRatio: 0.25 },
    ],
    [
      'words in any case',
      {
        OTEL_TRACES_SAMPLER: 'TraceIdRatio',
        OTEL_TRACES_SAMPLER_ARG: '0.5',
        OTEL_PROPAGATORS: 'B3,TraceContext',
        OTEL_TRACES_EXPORTER: 'OTLP',
      },
      {
        samplerName: 'traceidratio',
        samplerRatio: 0.5,
        propagatorNames: ['b3', 'tracecontext'],
        exporterName: 'otlp',
      },
    ],
    [
      'no ratio for a sampler that has none',
      { OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 'endpoint=x' },
      { samplerName: 'always_on', samplerRatio: undefined },
    ],
    [
      'propagators in their order',
      { OTEL_PROPAGATORS: 'b3, tracecontext,baggage' },
      { propagatorNames: ['b3', 'tracecontext', 'baggage'] },
    ],
    [
      'each propagator once',
      { OTEL_PROPAGATORS: 'baggage,b3,baggage,B3' },
      { propagatorNames: ['baggage', 'b3'] },
    ],
    ['Jest', { JEST_WORKER_ID: '1' }, { isTestRun: true }],
    ['Vitest', { VITEST: 'true' }, { isTestRun: true }],
    ["Node's test runner", { NODE_TEST_CONTEXT: 'child-v8' }, { isTestRun: true }],
    ['another test runner', { NODE_ENV: 'test' }, { isTestRun: true }],
    ['no test runner', { NODE_ENV: 'development' }, { isTestRun: false }],
    ['exporter', { OTEL_TRACES_EXPORTER: 'none' }, { exporterName: 'none' }],
    ['exporter for Jaeger', { OTEL_TRACES_EXPORTER: 'jaeger' }, { exporterName: 'jaeger' }],
    [
      'exporter for Zipkin',
      {
        OTEL_TRACES_EXPORTER: 'zipkin',
        OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://zipkin:9411/api/v2/spans',
        OTEL_EXPORTER_ZIPKIN_TIMEOUT: '5000',
      },
      {
        exporterName: 'zipkin',
        zipkin: { url: 'http://zipkin:9411/api/v2/spans', timeoutMillis: 5000 },
      },
    ],
    [
      'base endpoint gets the path of the signal',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
      { otlp: { url: 'http://collector:4318/v1/traces' } },
    ],
    [
      'base endpoint with a path of its own and a slash at its end',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://host/otlp/' },
      { otlp: { url: 'https://host/otlp/v1/traces' } },
    ],
    [
      'the endpoint of the signal is used as it is',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:2/in',
      },
      { otlp: { url: 'http://b:2/in' } },
    ],
    [
      'the endpoint as it is for gRPC',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
      { otlp: { url: 'http://a:1', protocol: 'grpc' } },
    ],
    [
      'headers of both, those of the signal winning',
      {
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b,x=1',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x=2',
      },
      { otlp: { headers: { 'api-key': 'a b', x: '2' } } },
    ],
    [
      'the other OTLP settings',
      {
        OTEL_EXPORTER_OTLP_TIMEOUT: '9000',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
        OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
      },
      {
        otlp: {
          timeoutMillis: 2000,
          compression: 'gzip',
          protocol: 'http/json',
          certificatePath: '/ca.pem',
          clientCertificatePath: '/cert.pem',
          clientKeyPath: '/key.pem',
        },
      },
    ],
    [
      'a timeout of zero as none',
      {
        OTEL_EXPORTER_OTLP_TIMEOUT: '0',
        OTEL_EXPORTER_ZIPKIN_TIMEOUT: '0',
        OTEL_BSP_EXPORT_TIMEOUT: '0',
      },
      {
        otlp: { timeoutMillis: 2147483647 },
        zipkin: { timeoutMillis: 2147483647 },
        batch: { exportTimeoutMillis: 2147483647 },
      },
    ],
    [
      'batches',
      {
        OTEL_BSP_MAX_QUEUE_SIZE: '100',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
        OTEL_BSP_SCHEDULE_DELAY: '0',
        OTEL_BSP_EXPORT_TIMEOUT: '1000',
      },
      {
        batch: {
          maxQueueSize: 100,
          maxExportBatchSize: 10,
          scheduledDelayMillis: 0,
          exportTimeoutMillis: 1000,
        },
      },
    ],
    [
      'span limits, the span’s own before the general ones',
      {
        OTEL_ATTRIBUTE_COUNT_LIMIT: '5',
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '6',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '7',
        OTEL_SPAN_EVENT_COUNT_LIMIT: '0',
        OTEL_SPAN_LINK_COUNT_LIMIT: '9',
        OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '10',
        OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '11',
      },
      {
        spanLimits: {
          attributeCountLimit: 6,
          attributeValueLengthLimit: 7,
          eventCountLimit: 0,
          linkCountLimit: 9,
          attributePerEventCountLimit: 10,
          attributePerLinkCountLimit: 11,
        },
      },
    ],
    [
      'known methods',
      { OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'GET,PURGE' },
      { knownHttpMethods: ['GET', 'PURGE'] },
    ],
  ];

  it.each(readings)('reads: %s', (_, environment, expected) => {
    expect(read(environment)).toMatchObject(expected);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['endpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318'],
    ['endpoint for traces', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://collector:4318'],
    ['endpoint that cannot be used', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ])('knows that OTLP is asked for by an %s', (_, variable, value) => {
    expect(read({ [variable]: value }).hasOtlpEndpoint).toBe(true);
  });

  it('reads no batch that the processor refuses', () => {
    const create = (maxQueueSize: string) =>
      new BatchSpanProcessor(
        new NoopSpanExporter(),
        read({ OTEL_BSP_MAX_QUEUE_SIZE: maxQueueSize }).batch,
      );
    expect(() => create('1000000')).not.toThrow();
    expect(warnings).toEqual([]);
    expect(() => create('1000001')).not.toThrow();
    expect(warnings).toHaveLength(1);
  });

  it.each<[string, string, object]>([
    ['traceidratio', '0.5', {}],
    ['jaeger_remote', '', {}],
    [
      'jaeger_remote',
      'endpoint=http://jaeger:5778/a?b=c,pollingIntervalMs=5000 , initialSamplingRate=0.25',
      {
        endpoint: 'http://jaeger:5778/a?b=c',
        intervalMillis: 5000,
        initialSamplingRate: 0.25,
      },
    ],
    ['parentbased_jaeger_remote', 'pollingIntervalMs=1', { intervalMillis: 1 }],
    [
      'xray',
      'endpoint=http://agent:2000,polling_interval=360',
      { endpoint: 'http://agent:2000', intervalMillis: 360_000 },
    ],
    ['xray', 'polling_interval=2147483647', { intervalMillis: 2_147_483_647 }],
  ])('reads the server of the sampler %s from %j', (name, argument, expected) => {
    const { samplerServer } = read({
      OTEL_TRACES_SAMPLER: name,
      OTEL_TRACES_SAMPLER_ARG: argument,
    });
    expect(samplerServer).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it('reads the detectors of the resource, and what platforms tell', () => {
    const { resourceDetectors, platform } = read({
      OTEL_NODE_RESOURCE_DETECTORS: 'host, K8S,env,alibaba',
      K8S_POD_NAME: 'orders-1',
      POD_NAME: '',
      OTHER: 'x',
    });
    expect(resourceDetectors).toEqual(['host', 'k8s', 'env']);
    expect(platform).toEqual({ K8S_POD_NAME: 'orders-1' });
    expect(warnings).toEqual([
      'The environment variable OTEL_NODE_RESOURCE_DETECTORS has unknown values, which are ignored: "alibaba". ' +
        'Using host, k8s, env. Known values are host, os, process, container, k8s, aws, gcp, azure, env, serviceinstance, all, none.',
    ]);
  });

  it('leaves out the entries for a sampler that are invalid, and says so', () => {
    const { samplerServer } = read({
      OTEL_TRACES_SAMPLER: 'jaeger_remote',
      OTEL_TRACES_SAMPLER_ARG:
        'endpoint=jaeger:14250,pollingIntervalMs=5000,initialSamplingRate=2,0.5,polling_interval=1',
    });
    expect(samplerServer).toEqual({ intervalMillis: 5000 });
    const head = 'The environment variable OTEL_TRACES_SAMPLER_ARG has an entry that is ignored: ';
    const tail = '. Correct it, or remove it for the default.';
    const keys = 'endpoint, pollingIntervalMs, initialSamplingRate';
    expect(warnings).toEqual([
      `${head}endpoint must be a URL that begins with http:// or https://, but is "jaeger:14250"${tail}`,
      `${head}initialSamplingRate must be a number from 0 to 1, but is "2"${tail}`,
      `${head}it must be key=value with one of the keys ${keys}, but is "0.5"${tail}`,
      `${head}it must be key=value with one of the keys ${keys}, but is "polling_interval=1"${tail}`,
    ]);
  });

  const troubles: [string, EnvironmentVariables, RegExp][] = [
    ['flag', { OTEL_SDK_DISABLED: 'yes' }, /must be true or false, but it is "yes"/],
    ['sampler', { OTEL_TRACES_SAMPLER: 'sometimes' }, /always_on, .*it is "sometimes"/],
    ['propagator', { OTEL_PROPAGATORS: 'pigeon' }, /b3multi.*it is "pigeon"/],
    [
      'exporter',
      { OTEL_TRACES_EXPORTER: 'carrier-pigeon' },
      /otlp, jaeger, zipkin, console, none.*pigeon/,
    ],
    ['endpoint of the signal', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'no url' }, /"no url"/],
    ['endpoint of Zipkin', { OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'ftp://zipkin' }, /http:/],
    ['batch size', { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '-1' }, /from 1 to 1000000, .*"-1"/],
    ['delay', { OTEL_BSP_SCHEDULE_DELAY: '1.5' }, /whole number from 0 to 2147483647/],
    ['timeout', { OTEL_EXPORTER_OTLP_TIMEOUT: '10s' }, /whole number.*"10s"/],
    ['time that no timer can wait', { OTEL_BSP_EXPORT_TIMEOUT: '2147483648' }, /to 2147483647/],
    ['protocol', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml' }, /grpc, http\/protobuf, http\/json/],
    ['compression', { OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' }, /gzip, none.*"zstd"/],
    ['list', { OTEL_RESOURCE_ATTRIBUTES: 'a=1,novalue' }, /but entry 2 is not/],
    ['limit', { OTEL_SPAN_LINK_COUNT_LIMIT: 'many' }, /"many"/],
  ];

  it.each(troubles)('reports a wrong %s once, and takes it as unset', (_, variables, message) => {
    const settings = read(variables);
    const variable = Object.keys(variables)[0] as string;
    expect({ ...settings, hasOtlpEndpoint: false }).toEqual(read({}));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(message);
    expect(warnings[0]).toContain(`The environment variable ${variable} `);
    expect(warnings[0]).toContain('The variable is ignored.');
  });

  it.each(['1.5', '-0.1', 'half', 'NaN', 'Infinity'])('takes no ratio of %s', (ratio) => {
    const settings = read({
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: ratio,
    });
    expect(settings).toMatchObject({ samplerName: 'parentbased_traceidratio' });
    expect(settings.samplerRatio).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, but it is "/),
    ]);
  });

  it('keeps the known propagators of a list, and names the unknown ones', () => {
    const { propagatorNames } = read({ OTEL_PROPAGATORS: 'b5,b3,tracecontext,b4' });
    expect(propagatorNames).toEqual(['b3', 'tracecontext']);
    expect(warnings).toEqual([
      'The environment variable OTEL_PROPAGATORS has unknown values, which are ignored: "b5", "b4". ' +
        'Using b3, tracecontext. Known values are tracecontext, baggage, b3, b3multi, jaeger, ottrace, xray, gcp, oneway-gcp, datadog, none.',
    ]);
  });

  it('uses the first of several exporters, and says so', () => {
    expect(read({ OTEL_TRACES_EXPORTER: 'otlp,console' }).exporterName).toBe('otlp');
    expect(warnings).toEqual([
      'OTEL_TRACES_EXPORTER names several exporters. Only the first one, otlp, is used. ' +
        'Pass the other exporters in the option spanProcessors, each in its own span processor.',
    ]);
  });

  it('takes the general variable where that of the signal cannot be used', () => {
    const { otlp } = read({
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 'soon',
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    });
    expect(otlp).toEqual({ timeoutMillis: 5000, url: 'http://collector:4318/v1/traces' });
    expect(warnings).toHaveLength(2);
  });

  it.each([
    ['no pairs', 'Bearer s3cret'],
    ['a bad encoding', 'api-key=s3cret%'],
    ['a name that HTTP does not allow', 'Authorization: Bearer s3cret='],
    ['a value that HTTP does not allow', 'api-key=s3cret%0A'],
    ['a header that describes the body', 'content-type=s3cret'],
  ])('ignores a list of headers with %s, and shows nothing of it', (_, headers) => {
    expect(read({ OTEL_EXPORTER_OTLP_HEADERS: headers }).otlp).toEqual({});
    expect(warnings).toEqual([
      expect.stringMatching(/^(?!.*s3cret).*OTEL_EXPORTER_OTLP_HEADERS.* is ignored/s),
    ]);
  });

  it.each([
    ['user:s3cret@collector:4318', '***@collector:4318'],
    ['ftp://user:s3cret@collector', 'ftp://***@collector'],
    ['collector/v1/traces?key=s3cret', 'collector/v1/traces?***'],
  ])('shows no secret of an address: %s', (address, shown) => {
    read({ OTEL_EXPORTER_OTLP_ENDPOINT: address });
    expect(warnings).toEqual([expect.stringContaining(`"${shown}"`)]);
    expect(warnings[0]).not.toContain('s3cret');
  });

  it('reads no variable of a pipeline that another SDK has', () => {
    const variables = {
      OTEL_TRACES_SAMPLER: 'jaeger_remote',
      OTEL_TRACES_EXPORTER: 'console,otlp',
      OTEL_SPAN_EVENT_COUNT_LIMIT: 'many',
      OTEL_SERVICE_NAME: 'orders',
      OTEL_SDK_DISABLED: 'true',
      OTEL_PROPAGATORS: 'b3',
      OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'GET',
      VITEST: 'true',
    };
    expect(readEnvironment(diagnostics, variables, false)).toMatchObject({
      isTestRun: true,
      isDisabled: true,
      propagatorNames: ['b3'],
      knownHttpMethods: ['GET'],
      serviceName: undefined,
      samplerName: undefined,
      exporterName: undefined,
    });
    expect(warnings).toEqual([]);
  });

  describe('for metrics', () => {
    it('reads the variables of the signal, which precede those of all signals', () => {
      const { metrics } = read({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1/',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=1',
        OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'b=2',
        OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '20',
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'LowMemory',
        OTEL_METRIC_EXPORT_INTERVAL: '10',
        OTEL_METRIC_EXPORT_TIMEOUT: '0',
      });
      expect(metrics).toEqual({
        otlp: {
          url: 'http://a:1/v1/metrics',
          headers: { a: '1', b: '2' },
          timeoutMillis: 20,
          protocol: 'http/json',
        },
        hasOtlpEndpoint: true,
        temporalityPreference: 'lowmemory',
        intervalMillis: 10,
        timeoutMillis: 2 ** 31 - 1,
      });
      expect(warnings).toEqual([]);
    });

    it.each([
      ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'weekly'],
      ['OTEL_METRIC_EXPORT_INTERVAL', '0'],
      ['OTEL_METRIC_EXPORT_TIMEOUT', 'soon'],
    ])('reports and ignores %s=%s', (variable, value) => {
      const { temporalityPreference, intervalMillis, timeoutMillis } = read({
        [variable]: value,
      }).metrics;
      expect([temporalityPreference, intervalMillis, timeoutMillis]).toEqual(
        Array(3).fill(undefined),
      );
      expect(warnings).toEqual([
        expect.stringContaining(`The environment variable ${variable} must`),
      ]);
    });
  });

  describe('for logs', () => {
    it('reads the variables of the signal, which precede those of all signals', () => {
      const { logs } = read({
        OTEL_LOGS_EXPORTER: 'OTLP',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1/',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=1',
        OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'b=2',
        OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
        OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '0',
        OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json',
        OTEL_BLRP_SCHEDULE_DELAY: '10',
        OTEL_BLRP_EXPORT_TIMEOUT: '20',
        OTEL_ATTRIBUTE_COUNT_LIMIT: '5',
        OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '6',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '7',
      });
      expect(logs).toEqual({
        exporterName: 'otlp',
        otlp: {
          url: 'http://a:1/v1/logs',
          headers: { a: '1', b: '2' },
          timeoutMillis: 2 ** 31 - 1,
          protocol: 'http/json',
        },
        hasOtlpEndpoint: true,
        hasOwnEndpoint: false,
        batch: { scheduledDelayMillis: 10, exportTimeoutMillis: 20 },
        limits: { attributeCountLimit: 6, attributeValueLengthLimit: 7 },
      });
    });

    it('reports a variable of both signals once', () => {
      read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere', OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' });
      expect(warnings).toHaveLength(2);
    });

    it.each([
      ['logs', 'logs', 0],
      ['logs/dup', 'logs/dup', 0],
      ['logs,logs/dup', 'logs/dup', 0],
      ['events', undefined, 1],
    ])('reads the signal of exceptions, %s', (value, signal, warningCount) => {
      const variables = { OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: value };
      expect(read(variables).exceptionSignal).toBe(signal);
      expect(warnings).toHaveLength(warningCount);
    });
  });
});
