import { describe, expect, it } from '@jest/globals';
import { ProxyTracerProvider } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { DelegatingTracerProvider } from '../../../../lib/assembly/delegating-api.js';
import { checkForeignOptions } from '../../../../lib/assembly/foreign-provider/check-foreign-options.js';

const tracerProvider = new BasicTracerProvider();

describe('checkForeignOptions', () => {
  it.each<[string, object]>([
    ['no provider', { exporter: {}, sampler: {} }],
    ['a provider only', { tracerProvider }],
    ['a provider and options of instrumentation', { tracerProvider, http: {}, redaction: false }],
    ['a provider and options that are undefined', { tracerProvider, exporter: undefined }],
    ['the provider of the API', { tracerProvider: new ProxyTracerProvider() }],
  ])('accepts %s', (_, options) => {
    expect(() => checkForeignOptions(options)).not.toThrow();
  });

  it.each([
    'sampler',
    'propagator',
    'exporter',
    'spanProcessors',
    'idGenerator',
    'batch',
    'tailSampling',
    'spanLimits',
    'grpcPackage',
    'serviceName',
    'serviceVersion',
    'serviceInstanceId',
    'resourceAttributes',
  ])('refuses %s beside a provider, and says what to do', (name) => {
    expect(() => checkForeignOptions({ tracerProvider, [name]: {} })).toThrow(
      new RegExp(`^${name} must not be set beside tracerProvider.*but it is \\{\\}\\. (Pass|Use) `),
    );
  });

  it('refuses what is no provider', () => {
    expect(() => checkForeignOptions({ tracerProvider: {} as never })).toThrow(
      /^tracerProvider must have the method getTracer.*Pass trace\.getTracerProvider\(\)/,
    );
  });

  it('refuses the provider that this library registers, which would call itself', () => {
    const proxy = new ProxyTracerProvider();
    proxy.setDelegate(new DelegatingTracerProvider());
    for (const own of [proxy, new DelegatingTracerProvider()]) {
      expect(() => checkForeignOptions({ tracerProvider: own })).toThrow(
        /^tracerProvider must be a provider of another SDK/,
      );
    }
  });
});
