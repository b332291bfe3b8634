import { describe, expect, it } from '@jest/globals';
import { detectAzure } from '../../../../lib/assembly/resource-detection/detect-azure.js';
import { known, source } from './source.js';

const SITE = {
  WEBSITE_SITE_NAME: 'orders',
  WEBSITE_INSTANCE_ID: 'i-1',
  WEBSITE_SLOT_NAME: 'Production',
  WEBSITE_HOSTNAME: 'orders.azurewebsites.net',
  WEBSITE_OWNER_NAME: '11111111-2222+shop-WestEuropewebspace',
  WEBSITE_RESOURCE_GROUP: 'shop',
  WEBSITE_MEMORY_LIMIT_MB: '1536',
  REGION_NAME: 'West Europe',
};
const SITE_ATTRIBUTES = {
  'cloud.provider': 'azure',
  'cloud.region': 'West Europe',
  'cloud.account.id': '11111111-2222',
  'cloud.resource_id':
    '/subscriptions/11111111-2222/resourceGroups/shop/providers/Microsoft.Web/sites/orders',
  'azure.resource_group.name': 'shop',
};

describe('detectAzure', () => {
  it('describes App Service', () => {
    expect(known(detectAzure(source(SITE)))).toEqual({
      ...SITE_ATTRIBUTES,
      'cloud.platform': 'azure.app_service',
      'service.instance.id': 'i-1',
      'deployment.environment.name': 'Production',
      'host.id': 'orders.azurewebsites.net',
    });
  });

  it.each([{ FUNCTIONS_EXTENSION_VERSION: '~4' }, { FUNCTIONS_WORKER_RUNTIME: 'node' }])(
    'describes Functions with %j',
    (variables) => {
      expect(known(detectAzure(source({ ...SITE, ...variables })))).toEqual({
        ...SITE_ATTRIBUTES,
        'cloud.platform': 'azure.functions',
        'faas.name': 'orders',
        ...('FUNCTIONS_EXTENSION_VERSION' in variables && { 'faas.version': '~4' }),
        'faas.instance': 'i-1',
        'faas.max_memory': 1_610_612_736,
      });
    },
  );

  it('describes Container Apps', () => {
    const variables = {
      CONTAINER_APP_NAME: 'orders',
      CONTAINER_APP_REVISION: 'orders--1',
      CONTAINER_APP_REPLICA_NAME: 'orders--1-abc',
    };
    expect(known(detectAzure(source(variables)))).toEqual({
      'cloud.provider': 'azure',
      'cloud.platform': 'azure.container_apps',
      'service.instance.id': 'orders--1-abc',
      'service.version': 'orders--1',
    });
  });

  it('leaves out what is not known, and finds nothing elsewhere', () => {
    expect(known(detectAzure(source({ WEBSITE_SITE_NAME: 'a', WEBSITE_OWNER_NAME: '' })))).toEqual({
      'cloud.provider': 'azure',
      'cloud.platform': 'azure.app_service',
    });
    expect(detectAzure(source({ REGION_NAME: 'West Europe' }))).toEqual({});
  });
});
