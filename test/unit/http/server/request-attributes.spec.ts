import { describe, expect, it } from '@jest/globals';
import * as names from '../../../../lib/http/attributes.js';
import { requestAttributes } from '../../../../lib/http/server/request-attributes.js';

describe('requestAttributes', () => {
  it('says what is known of a request at its start, under the names of the conventions', () => {
    const attributes = requestAttributes(
      { nameInSpan: 'GET', method: 'GET', original: 'get' },
      '/orders/7',
      'page=2',
      { scheme: 'https', serverAddress: 'shop', serverPort: 443, clientAddress: '10.0.0.1' },
      'curl/8',
      '2.0',
    );
    expect(attributes).toEqual({
      [names.HTTP_REQUEST_METHOD]: 'GET',
      [names.HTTP_REQUEST_METHOD_ORIGINAL]: 'get',
      [names.NETWORK_PROTOCOL_VERSION]: '2',
      [names.URL_PATH]: '/orders/7',
      [names.URL_QUERY]: 'page=2',
      [names.URL_SCHEME]: 'https',
      [names.SERVER_ADDRESS]: 'shop',
      [names.SERVER_PORT]: 443,
      [names.CLIENT_ADDRESS]: '10.0.0.1',
      [names.USER_AGENT_ORIGINAL]: 'curl/8',
    });
  });
});
