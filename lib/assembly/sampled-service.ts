import type { Attributes } from '@opentelemetry/api';
import { UNKNOWN_SERVICE_NAME } from '../trace/index.js';
import type { EnvironmentSettings } from './environment.js';
import type { TracingSettings } from './tracing-options.js';

/** What samplers tell their server about the service. */
export interface SampledService {
  readonly name: string;
  /** In the terms of AWS, such as `AWS::ECS::Container`. @default none */
  readonly type?: string | undefined;
}

const SERVICE_NAME = 'service.name';
const CLOUD_PLATFORM = 'cloud.platform';

/** The types of services in AWS by the platforms of the semantic conventions. */
const TYPES: Readonly<Record<string, string>> = {
  aws_ec2: 'AWS::EC2::Instance',
  aws_ecs: 'AWS::ECS::Container',
  aws_eks: 'AWS::EKS::Container',
  aws_elastic_beanstalk: 'AWS::ElasticBeanstalk::Environment',
  aws_lambda: 'AWS::Lambda::Function',
};

/**
 * Returns the service as its resource has it. Invalid values are left out: the resource reports them.
 *
 * @param detected what was found out about the resource
 */
export function sampledService(
  settings: TracingSettings,
  environment: EnvironmentSettings,
  detected: Attributes,
): SampledService {
  const sources = [settings.resourceAttributes, environment.resourceAttributes, detected];
  const textOf = (key: string): readonly unknown[] => sources.map((source) => source?.[key]);
  const names = [settings.serviceName, environment.serviceName, ...textOf(SERVICE_NAME)];
  const platform = firstText(textOf(CLOUD_PLATFORM));
  return {
    name: firstText(names) ?? UNKNOWN_SERVICE_NAME,
    type: platform !== undefined && Object.hasOwn(TYPES, platform) ? TYPES[platform] : undefined,
  };
}

function firstText(values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '');
}
