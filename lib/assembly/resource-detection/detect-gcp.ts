import type { Attributes } from '@opentelemetry/api';
import {
  type DetectionSource,
  firstOf,
  type PlatformVariables,
  wholeNumberOf,
} from './detection-source.js';

// Semantic conventions 1.45.0, `docs/resource/cloud.md`, `docs/resource/faas.md`, `docs/resource/cloud-provider/gcp`.
const CLOUD_PROVIDER = 'cloud.provider';
const CLOUD_PLATFORM = 'cloud.platform';
const CLOUD_ACCOUNT_ID = 'cloud.account.id';
const FAAS_NAME = 'faas.name';
const FAAS_VERSION = 'faas.version';
const FAAS_INSTANCE = 'faas.instance';
const GCP_CLOUD_RUN_JOB_EXECUTION = 'gcp.cloud_run.job.execution';
const GCP_CLOUD_RUN_JOB_TASK_INDEX = 'gcp.cloud_run.job.task_index';

/** Describes App Engine, Cloud Run and Cloud Functions. Their region is known to the metadata server only. */
export function detectGcp({ variables }: DetectionSource): Attributes {
  const attributes = platformAttributes(variables);
  if (attributes === undefined) return {};
  return {
    [CLOUD_PROVIDER]: 'gcp',
    [CLOUD_ACCOUNT_ID]: firstOf(variables, ['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT']),
    ...attributes,
  };
}

function platformAttributes(variables: PlatformVariables): Attributes | undefined {
  if (variables.GAE_SERVICE !== undefined) {
    return {
      [CLOUD_PLATFORM]: 'gcp_app_engine',
      [FAAS_NAME]: variables.GAE_SERVICE,
      [FAAS_VERSION]: variables.GAE_VERSION,
      [FAAS_INSTANCE]: variables.GAE_INSTANCE,
    };
  }
  if (variables.CLOUD_RUN_JOB !== undefined) {
    return {
      [CLOUD_PLATFORM]: 'gcp_cloud_run',
      [FAAS_NAME]: variables.CLOUD_RUN_JOB,
      [GCP_CLOUD_RUN_JOB_EXECUTION]: variables.CLOUD_RUN_EXECUTION,
      [GCP_CLOUD_RUN_JOB_TASK_INDEX]: wholeNumberOf(variables.CLOUD_RUN_TASK_INDEX),
    };
  }
  // Knative sets the same variables in a cluster of Kubernetes.
  if (variables.K_SERVICE === undefined || variables.K_REVISION === undefined) return undefined;
  if (variables.KUBERNETES_SERVICE_HOST !== undefined) return undefined;
  const isFunction = variables.FUNCTION_TARGET !== undefined;
  return {
    [CLOUD_PLATFORM]: isFunction ? 'gcp_cloud_functions' : 'gcp_cloud_run',
    [FAAS_NAME]: variables.K_SERVICE,
    [FAAS_VERSION]: variables.K_REVISION,
  };
}
