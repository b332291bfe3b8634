import { readFileSync } from 'node:fs';

/** What detectors read: variables of the environment and files. */
export interface DetectionSource {
  /** The variables of {@link PLATFORM_VARIABLES}. */
  readonly variables: PlatformVariables;
  /** Returns the text of a file; undefined if it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** Non-empty variables by name. */
export type PlatformVariables = Readonly<Partial<Record<PlatformVariable, string>>>;

/** The variables by which platforms describe themselves, and by which Kubernetes describes a pod. */
export const PLATFORM_VARIABLES = [
  // Kubernetes, and names that are common for the downward API.
  'KUBERNETES_SERVICE_HOST',
  'K8S_POD_NAME',
  'KUBERNETES_POD_NAME',
  'POD_NAME',
  'MY_POD_NAME',
  'OTEL_RESOURCE_ATTRIBUTES_POD_NAME',
  'K8S_POD_UID',
  'KUBERNETES_POD_UID',
  'POD_UID',
  'MY_POD_UID',
  'OTEL_RESOURCE_ATTRIBUTES_POD_UID',
  'K8S_NAMESPACE_NAME',
  'K8S_NAMESPACE',
  'K8S_POD_NAMESPACE',
  'KUBERNETES_NAMESPACE',
  'POD_NAMESPACE',
  'MY_POD_NAMESPACE',
  'K8S_NODE_NAME',
  'KUBERNETES_NODE_NAME',
  'NODE_NAME',
  'MY_NODE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME',
  'K8S_CONTAINER_NAME',
  'K8S_DEPLOYMENT_NAME',
  'K8S_CLUSTER_NAME',
  // AWS
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'ECS_CONTAINER_METADATA_URI',
  'ECS_CONTAINER_METADATA_URI_V4',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  // Google Cloud
  'K_SERVICE',
  'K_REVISION',
  'FUNCTION_TARGET',
  'CLOUD_RUN_JOB',
  'CLOUD_RUN_EXECUTION',
  'CLOUD_RUN_TASK_INDEX',
  'GAE_SERVICE',
  'GAE_VERSION',
  'GAE_INSTANCE',
  'GOOGLE_CLOUD_PROJECT',
  'GCLOUD_PROJECT',
  // Azure
  'WEBSITE_SITE_NAME',
  'WEBSITE_INSTANCE_ID',
  'WEBSITE_SLOT_NAME',
  'WEBSITE_HOSTNAME',
  'WEBSITE_OWNER_NAME',
  'WEBSITE_RESOURCE_GROUP',
  'WEBSITE_MEMORY_LIMIT_MB',
  'REGION_NAME',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_RUNTIME',
  'CONTAINER_APP_NAME',
  'CONTAINER_APP_REVISION',
  'CONTAINER_APP_REPLICA_NAME',
] as const;

type PlatformVariable = (typeof PLATFORM_VARIABLES)[number];

/** Longer files are none of those that detectors know. */
const MAX_FILE_LENGTH = 4 * 1024 * 1024;

/** Reads the files of this machine. */
export function readSmallFile(path: string): string | undefined {
  try {
    // Files of /proc have the size 0, so the length is known afterwards.
    const text = readFileSync(path, 'utf8');
    return text.length > MAX_FILE_LENGTH ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Returns the value of the first variable that is set. */
export function firstOf(
  variables: PlatformVariables,
  names: readonly PlatformVariable[],
): string | undefined {
  for (const name of names) {
    if (variables[name] !== undefined) return variables[name];
  }
  return undefined;
}

/** Returns a whole number of at least 0; undefined for any other text. */
export function wholeNumberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
