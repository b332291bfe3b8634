import { describe, expect, it } from '@jest/globals';
import {
  attributesOfSource,
  definedMembersOf,
  sourceOfConnection,
} from '../../../lib/database/database-source.js';

describe('attributesOfSource', () => {
  it('has the attributes that are known', () => {
    expect(attributesOfSource({ system: 'sqlite' })).toEqual({ 'db.system.name': 'sqlite' });
    expect(
      attributesOfSource({
        system: 'mysql',
        namespace: 'shop',
        serverAddress: 'db',
        serverPort: 3306,
      }),
    ).toEqual({
      'db.system.name': 'mysql',
      'db.namespace': 'shop',
      'server.address': 'db',
      'server.port': 3306,
    });
  });
});

describe('definedMembersOf', () => {
  it('has the members of a source that are set, and no others', () => {
    const options = { namespace: 'shop', serverPort: undefined, queryText: 'none' };
    expect(definedMembersOf(options)).toEqual({ namespace: 'shop' });
  });
});

describe('sourceOfConnection', () => {
  it.each<[string, string, object, object]>([
    [
      'single members',
      'postgresql',
      { host: 'db', port: 5432, database: 'shop', password: 'hunter2' },
      { serverAddress: 'db', serverPort: 5432, namespace: 'shop' },
    ],
    [
      'a URL, without user and password',
      'mysql',
      { url: 'mysql://root:hunter2@db:3307/shop%20two' },
      { serverAddress: 'db', serverPort: 3307, namespace: 'shop two' },
    ],
    [
      'members before the URL',
      'mysql',
      { url: 'mysql://db:3307/shop', host: 'other' },
      { serverAddress: 'other', serverPort: 3307, namespace: 'shop' },
    ],
    [
      'a URL whose path cannot be decoded',
      'mysql',
      { url: 'mysql://db/%zz' },
      { serverAddress: 'db', namespace: '%zz' },
    ],
    [
      'a socket, which has no port',
      'mariadb',
      { socketPath: '/run/db.sock', host: 'db', port: 3306 },
      { serverAddress: '/run/db.sock' },
    ],
    ['a port as text', 'postgresql', { port: '5432' }, { serverPort: 5432 }],
    ['a port that is not a number', 'postgresql', { port: 'five' }, {}],
    [
      'the schema of PostgreSQL',
      'postgresql',
      { database: 'shop', schema: 'sales' },
      { namespace: 'shop|sales' },
    ],
    [
      'no schema of another system',
      'cockroachdb',
      { database: 'shop', schema: 'sales' },
      { namespace: 'shop' },
    ],
    [
      'members of other types',
      'sqlite',
      { database: new Uint8Array(1), host: 5, url: 'no url' },
      {},
    ],
  ])('reads %s', (_, system, settings, source) => {
    const found = Object.entries(sourceOfConnection(system, settings));
    expect(Object.fromEntries(found.filter(([, value]) => value !== undefined))).toEqual({
      system,
      ...source,
    });
  });
});
