import { describe, expect, it } from '@jest/globals';
import { type Environment, readEnvironment } from '../../../lib/assembly/environment.js';
import { TracingConfigError } from '../../../lib/errors.js';

describe('readEnvironment', () => {
  it('says nothing where nothing is set', () => {
    expect(readEnvironment({})).toEqual({
      isDisabled: false,
      serviceName: undefined,
      resourceAttributes: {},
      samplerName: undefined,
      samplerRatio: undefined,
      propagatorNames: undefined,
      exporterName: undefined,
      otlp: {},
      zipkin: {},
      batch: {},
      spanLimits: {},
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
    expect(readEnvironment(empty)).toEqual(readEnvironment({}));
  });

  const readings: [string, Environment, Partial<ReturnType<typeof readEnvironment>>][] = [
    ['true disables', { OTEL_SDK_DISABLED: 'True' }, { isDisabled: true }],
    ['anything else does not disable', { OTEL_SDK_DISABLED: 'yes' }, { isDisabled: false }],
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
      'no ratio for a sampler that has none',
      { OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 'endpoint=x' },
      { samplerName: 'always_on', samplerRatio: undefined },
    ],
    [
      'propagators in their order',
      { OTEL_PROPAGATORS: 'b3, tracecontext,baggage' },
      { propagatorNames: ['b3', 'tracecontext', 'baggage'] },
    ],
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
    expect(readEnvironment(environment)).toMatchObject(expected);
  });

  const troubles: [string, Environment, RegExp][] = [
    ['sampler', { OTEL_TRACES_SAMPLER: 'sometimes' }, /always_on, .*it is "sometimes"/],
    [
      'ratio',
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.5' },
      /ratio from 0 to 1.*"1.5"/,
    ],
    [
      'ratio that is no number',
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'half' },
      /"half"/,
    ],
    ['propagator', { OTEL_PROPAGATORS: 'tracecontext,b4' }, /b3multi.*"b4"/],
    [
      'exporter',
      { OTEL_TRACES_EXPORTER: 'carrier-pigeon' },
      /otlp, jaeger, zipkin, console, none.*pigeon/,
    ],
    ['endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, /URL with http: or https:/],
    ['endpoint of the signal', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'no url' }, /"no url"/],
    ['batch size', { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '-1' }, /whole number from 1 on.*"-1"/],
    ['delay', { OTEL_BSP_SCHEDULE_DELAY: '1.5' }, /whole number from 0 on/],
    ['protocol', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml' }, /grpc, http\/protobuf, http\/json/],
    ['resource attributes', { OTEL_RESOURCE_ATTRIBUTES: 'a=1,novalue' }, /entry 2/],
    ['limit', { OTEL_SPAN_LINK_COUNT_LIMIT: 'many' }, /"many"/],
  ];

  it.each(troubles)('refuses a wrong %s by the name of its variable', (_, environment, message) => {
    const read = () => readEnvironment(environment);
    const lastVariable = Object.keys(environment).at(-1) as string;
    expect(read).toThrow(TracingConfigError);
    expect(read).toThrow(message);
    expect(read).toThrow(lastVariable);
  });

  it('does not show headers, which hold secrets', () => {
    expect(() => readEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'Bearer s3cret' })).toThrow(
      /^(?!.*s3cret).*OTEL_EXPORTER_OTLP_HEADERS/s,
    );
  });
});
