import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import { sampledService } from '../../../lib/assembly/sampled-service.js';
import type { TracingSettings } from '../../../lib/assembly/tracing-options.js';
import { Diagnostics } from '../../../lib/diagnostics.js';

const diagnostics = new Diagnostics({ warn: () => {} });

describe('sampledService', () => {
  it.each<[TracingSettings, Record<string, string>, string]>([
    [{}, {}, 'unknown_service:node'],
    [{}, { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a' }, 'a'],
    [
      { resourceAttributes: { 'service.name': 'b' } },
      { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a' },
      'b',
    ],
    [{ resourceAttributes: { 'service.name': 'b' } }, { OTEL_SERVICE_NAME: 'c' }, 'c'],
    [{ serviceName: 'd' }, { OTEL_SERVICE_NAME: 'c' }, 'd'],
    [{ serviceName: 7 as never }, { OTEL_SERVICE_NAME: 'c' }, 'c'],
  ])('has the name of %j and %j', (settings, variables, name) => {
    expect(sampledService(settings, readEnvironment(diagnostics, variables), {}).name).toBe(name);
  });

  it.each([
    ['aws_lambda', {}, 'AWS::Lambda::Function'],
    ['gcp_cloud_run', {}, undefined],
    ['constructor', {}, undefined],
    ['aws_lambda', { 'cloud.platform': 'aws_ecs' }, 'AWS::ECS::Container'],
  ])('has the type of %s and %j', (platform, resourceAttributes, type) => {
    const environment = readEnvironment(diagnostics, {});
    const detected = { 'cloud.platform': platform };
    expect(sampledService({ resourceAttributes }, environment, detected).type).toBe(type);
  });
});
