import { describe, expect, it } from '@jest/globals';
import { detectGcp } from '../../../../lib/assembly/resource-detection/detect-gcp.js';
import type { PlatformVariables } from '../../../../lib/assembly/resource-detection/detection-source.js';
import { known, source } from './source.js';

describe('detectGcp', () => {
  it.each<[PlatformVariables, object]>([
    [
      { K_SERVICE: 'orders', K_REVISION: 'orders-00001', GOOGLE_CLOUD_PROJECT: 'shop' },
      {
        'cloud.platform': 'gcp_cloud_run',
        'faas.name': 'orders',
        'faas.version': 'orders-00001',
        'cloud.account.id': 'shop',
      },
    ],
    [
      { K_SERVICE: 'orders', K_REVISION: '2', FUNCTION_TARGET: 'handle' },
      { 'cloud.platform': 'gcp_cloud_functions', 'faas.name': 'orders', 'faas.version': '2' },
    ],
    [
      { CLOUD_RUN_JOB: 'nightly', CLOUD_RUN_EXECUTION: 'nightly-x', CLOUD_RUN_TASK_INDEX: '3' },
      {
        'cloud.platform': 'gcp_cloud_run',
        'faas.name': 'nightly',
        'gcp.cloud_run.job.execution': 'nightly-x',
        'gcp.cloud_run.job.task_index': 3,
      },
    ],
    [
      { GAE_SERVICE: 'default', GAE_VERSION: 'v1', GAE_INSTANCE: 'i', GCLOUD_PROJECT: 'shop' },
      {
        'cloud.platform': 'gcp_app_engine',
        'faas.name': 'default',
        'faas.version': 'v1',
        'faas.instance': 'i',
        'cloud.account.id': 'shop',
      },
    ],
  ])('describes %j', (variables, attributes) => {
    const detected = known(detectGcp(source(variables)));
    expect(detected).toEqual({ 'cloud.provider': 'gcp', ...attributes });
  });

  it.each<[PlatformVariables]>([
    [{}],
    [{ GOOGLE_CLOUD_PROJECT: 'shop' }],
    [{ K_SERVICE: 'orders' }],
    [{ K_SERVICE: 'orders', K_REVISION: '1', KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
  ])('finds nothing with %j, which other places have too', (variables) => {
    expect(detectGcp(source(variables))).toEqual({});
  });
});
