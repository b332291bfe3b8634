import { UNKNOWN_SERVICE_NAME } from '../trace/index.js';
import type { EnvironmentSettings } from './environment.js';
import type { TracingSettings } from './tracing-options.js';

/** What samplers tell their server about the service. */
export interface SampledService {
  readonly name: string;
  /** In the terms of AWS, such as `AWS::ECS::Container`. @default none */
  readonly type?: string | undefined;
  /** @default none */
  readonly resourceArn?: string | undefined;
}

const SERVICE_NAME = 'service.name';

/** Returns the service as its resource has it. Invalid values are left out: the resource reports them. */
export function sampledService(
  settings: TracingSettings,
  environment: EnvironmentSettings,
): SampledService {
  const names: readonly unknown[] = [
    settings.serviceName,
    environment.serviceName,
    settings.resourceAttributes?.[SERVICE_NAME],
    environment.resourceAttributes[SERVICE_NAME],
  ];
  const name = names.find((value) => typeof value === 'string' && value.trim() !== '');
  return { name: (name as string | undefined) ?? UNKNOWN_SERVICE_NAME };
}
