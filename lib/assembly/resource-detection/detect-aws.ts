import type { Attributes } from '@opentelemetry/api';
import {
  type DetectionSource,
  firstOf,
  type PlatformVariables,
  wholeNumberOf,
} from './detection-source.js';

// Semantic conventions 1.45.0, `docs/resource/cloud.md`, `docs/resource/faas.md`, `docs/resource/cloud-provider/aws`.
const CLOUD_PROVIDER = 'cloud.provider';
const CLOUD_PLATFORM = 'cloud.platform';
const CLOUD_REGION = 'cloud.region';
const FAAS_NAME = 'faas.name';
const FAAS_VERSION = 'faas.version';
const FAAS_INSTANCE = 'faas.instance';
const FAAS_MAX_MEMORY = 'faas.max_memory';
const AWS_LOG_GROUP_NAMES = 'aws.log.group.names';
const AWS_LOG_STREAM_NAMES = 'aws.log.stream.names';
const AWS_ECS_LAUNCHTYPE = 'aws.ecs.launchtype';
const SERVICE_NAMESPACE = 'service.namespace';
const SERVICE_VERSION = 'service.version';
const SERVICE_INSTANCE_ID = 'service.instance.id';

const MEGABYTE = 1024 * 1024;
/** Written by the X-Ray integration of Elastic Beanstalk. */
const BEANSTALK_FILE = '/var/elasticbeanstalk/xray/environment.conf';

/** Describes Lambda, ECS, EKS and Elastic Beanstalk, by their variables and one file. */
export function detectAws({ variables, readFile }: DetectionSource): Attributes {
  const region = firstOf(variables, ['AWS_REGION', 'AWS_DEFAULT_REGION']);
  const platform = (name: string, attributes: Attributes = {}): Attributes => ({
    [CLOUD_PROVIDER]: 'aws',
    [CLOUD_PLATFORM]: name,
    [CLOUD_REGION]: region,
    ...attributes,
  });
  if (variables.AWS_LAMBDA_FUNCTION_NAME !== undefined) {
    return platform('aws_lambda', lambdaAttributes(variables));
  }
  if (firstOf(variables, ['ECS_CONTAINER_METADATA_URI_V4', 'ECS_CONTAINER_METADATA_URI'])) {
    return platform('aws_ecs', { [AWS_ECS_LAUNCHTYPE]: launchType(variables.AWS_EXECUTION_ENV) });
  }
  if (isEks(variables)) return platform('aws_eks');
  const environment = parseBeanstalk(readFile(BEANSTALK_FILE));
  return environment === undefined ? {} : platform('aws_elastic_beanstalk', environment);
}

function lambdaAttributes(variables: PlatformVariables): Attributes {
  const megabytes = wholeNumberOf(variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  return {
    [FAAS_NAME]: variables.AWS_LAMBDA_FUNCTION_NAME,
    [FAAS_VERSION]: variables.AWS_LAMBDA_FUNCTION_VERSION,
    [FAAS_INSTANCE]: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    [FAAS_MAX_MEMORY]: megabytes === undefined ? undefined : megabytes * MEGABYTE,
    [AWS_LOG_GROUP_NAMES]: listOf(variables.AWS_LAMBDA_LOG_GROUP_NAME),
    [AWS_LOG_STREAM_NAMES]: listOf(variables.AWS_LAMBDA_LOG_STREAM_NAME),
  };
}

function launchType(executionEnvironment: string | undefined): string | undefined {
  if (executionEnvironment === 'AWS_ECS_FARGATE') return 'fargate';
  return executionEnvironment === 'AWS_ECS_EC2' ? 'ec2' : undefined;
}

/** The tokens of the two ways by which EKS gives roles to pods. Pods without a role cannot be told from others. */
function isEks(variables: PlatformVariables): boolean {
  const { KUBERNETES_SERVICE_HOST, AWS_WEB_IDENTITY_TOKEN_FILE } = variables;
  return (
    KUBERNETES_SERVICE_HOST !== undefined &&
    [AWS_WEB_IDENTITY_TOKEN_FILE, variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE].some((path) =>
      path?.includes('eks.amazonaws.com'),
    )
  );
}

function parseBeanstalk(text: string | undefined): Attributes | undefined {
  if (text === undefined) return undefined;
  try {
    const { environment_name, version_label, deployment_id } = JSON.parse(text);
    return {
      [SERVICE_NAMESPACE]: textOf(environment_name),
      [SERVICE_VERSION]: textOf(version_label),
      [SERVICE_INSTANCE_ID]: textOf(deployment_id),
    };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function listOf(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : [value];
}
