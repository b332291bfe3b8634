import type { LookupAddress, LookupOptions } from 'node:dns';
import { describe, expect, it } from '@jest/globals';
import { lookupLocalhost } from '../../../../lib/export/transport/lookup-localhost.js';

function lookUp(options: LookupOptions): Promise<string | LookupAddress[]> {
  return new Promise((resolve, reject) =>
    lookupLocalhost('localhost', options, (error, address) =>
      error === null ? resolve(address) : reject(error),
    ),
  );
}

describe('lookupLocalhost', () => {
  it.each<[string, LookupOptions['family'], string[]]>([
    ['both families', undefined, ['127.0.0.1', '::1']],
    ['both families for 0', 0, ['127.0.0.1', '::1']],
    ['IPv4', 4, ['127.0.0.1']],
    ['IPv6', 'IPv6', ['::1']],
  ])('finds %s, each address once', async (_, family, expected) => {
    const addresses = (await lookUp({ all: true, family })) as LookupAddress[];
    expect(addresses.map(({ address }) => address).sort()).toEqual(expected);
  });

  it('finds one address where one is wanted', async () => {
    expect(await lookUp({})).toMatch(/^(127\.0\.0\.1|::1)$/);
  });
});
