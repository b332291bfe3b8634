import type { Attributes } from '@opentelemetry/api';
import { type DetectionSource, type PlatformVariables, wholeNumberOf } from './detection-source.js';

// Semantic conventions 1.45.0, `docs/resource/cloud.md`, `docs/resource/faas.md`, `docs/resource/cloud-provider/azure`.
const CLOUD_PROVIDER = 'cloud.provider';
const CLOUD_PLATFORM = 'cloud.platform';
const CLOUD_REGION = 'cloud.region';
const CLOUD_RESOURCE_ID = 'cloud.resource_id';
const CLOUD_ACCOUNT_ID = 'cloud.account.id';
const AZURE_RESOURCE_GROUP_NAME = 'azure.resource_group.name';
const DEPLOYMENT_ENVIRONMENT_NAME = 'deployment.environment.name';
const HOST_ID = 'host.id';
const SERVICE_INSTANCE_ID = 'service.instance.id';
const SERVICE_VERSION = 'service.version';
const FAAS_NAME = 'faas.name';
const FAAS_VERSION = 'faas.version';
const FAAS_INSTANCE = 'faas.instance';
const FAAS_MAX_MEMORY = 'faas.max_memory';

const MEGABYTE = 1024 * 1024;

/** Describes Functions, App Service and Container Apps. */
export function detectAzure({ variables }: DetectionSource): Attributes {
  const attributes = platformAttributes(variables);
  return attributes === undefined ? {} : { [CLOUD_PROVIDER]: 'azure', ...attributes };
}

function platformAttributes(variables: PlatformVariables): Attributes | undefined {
  if (variables.CONTAINER_APP_NAME !== undefined) {
    return {
      [CLOUD_PLATFORM]: 'azure.container_apps',
      [SERVICE_INSTANCE_ID]: variables.CONTAINER_APP_REPLICA_NAME,
      [SERVICE_VERSION]: variables.CONTAINER_APP_REVISION,
    };
  }
  if (variables.WEBSITE_SITE_NAME === undefined) return undefined;
  const isFunction =
    variables.FUNCTIONS_EXTENSION_VERSION !== undefined ||
    variables.FUNCTIONS_WORKER_RUNTIME !== undefined;
  return {
    ...siteAttributes(variables),
    ...(isFunction ? functionAttributes(variables) : webAppAttributes(variables)),
  };
}

function siteAttributes(variables: PlatformVariables): Attributes {
  const subscription = variables.WEBSITE_OWNER_NAME?.split('+')[0];
  const { WEBSITE_RESOURCE_GROUP: group, WEBSITE_SITE_NAME: site } = variables;
  const hasResourceId = Boolean(subscription) && group !== undefined;
  return {
    [CLOUD_REGION]: variables.REGION_NAME,
    [CLOUD_ACCOUNT_ID]: subscription === '' ? undefined : subscription,
    [AZURE_RESOURCE_GROUP_NAME]: group,
    [CLOUD_RESOURCE_ID]: hasResourceId
      ? `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Web/sites/${site}`
      : undefined,
  };
}

function functionAttributes(variables: PlatformVariables): Attributes {
  const megabytes = wholeNumberOf(variables.WEBSITE_MEMORY_LIMIT_MB);
  return {
    [CLOUD_PLATFORM]: 'azure.functions',
    [FAAS_NAME]: variables.WEBSITE_SITE_NAME,
    [FAAS_VERSION]: variables.FUNCTIONS_EXTENSION_VERSION,
    [FAAS_INSTANCE]: variables.WEBSITE_INSTANCE_ID,
    [FAAS_MAX_MEMORY]: megabytes === undefined ? undefined : megabytes * MEGABYTE,
  };
}

function webAppAttributes(variables: PlatformVariables): Attributes {
  return {
    [CLOUD_PLATFORM]: 'azure.app_service',
    [SERVICE_INSTANCE_ID]: variables.WEBSITE_INSTANCE_ID,
    [DEPLOYMENT_ENVIRONMENT_NAME]: variables.WEBSITE_SLOT_NAME,
    [HOST_ID]: variables.WEBSITE_HOSTNAME,
  };
}
