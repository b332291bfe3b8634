import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import { Diagnostics } from '../../../lib/diagnostics.js';
import {
  createResource,
  mergeResourceAttributes,
  Resource,
  UNKNOWN_SERVICE_NAME,
} from '../../../lib/trace/index.js';
import { VERSION } from '../../../lib/version.js';

describe('createResource', () => {
  it('finds out host, process and library, and has a name for a service without one', () => {
    expect(createResource().attributes).toEqual({
      'service.name': UNKNOWN_SERVICE_NAME,
      'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'host.name': hostname(),
      'host.arch': expect.any(String),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'telemetry.sdk.name': 'nestjs-traced',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.version': VERSION,
    });
  });

  it('has what was found out in place of that', () => {
    const { attributes } = createResource({ detected: { 'os.type': 'linux' } });
    expect(Object.keys(attributes).filter((key) => !/^(service|telemetry)/.test(key))).toEqual([
      'os.type',
    ]);
    const attribute = { 'os.type': 'given' };
    expect(
      createResource({ detected: { 'os.type': 'linux' }, attributes: attribute }),
    ).toMatchObject({
      attributes: attribute,
    });
  });

  it('tells two instances of a service apart', () => {
    const ids = [createResource(), createResource()].map(
      ({ attributes }) => attributes['service.instance.id'],
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('has what the service says about itself', () => {
    expect(
      createResource({
        serviceName: 'orders',
        serviceVersion: '1.2.3',
        serviceInstanceId: 'orders-1',
      }).attributes,
    ).toMatchObject({
      'service.name': 'orders',
      'service.version': '1.2.3',
      'service.instance.id': 'orders-1',
    });
  });

  it('lets attributes win over what is found out, and options over attributes', () => {
    const attributes = { 'host.name': 'given', 'service.name': 'given', region: 'north' };
    expect(createResource({ serviceName: 'orders', attributes }).attributes).toMatchObject({
      'host.name': 'given',
      'service.name': 'orders',
      region: 'north',
    });
    expect(createResource({ attributes }).attributes['service.name']).toBe('given');
  });

  it('leaves out attributes without a value', () => {
    const attributes: Attributes = { 'service.name': undefined, region: undefined };
    const resource = createResource({ attributes });
    expect(resource.attributes['service.name']).toBe(UNKNOWN_SERVICE_NAME);
    expect('region' in resource.attributes).toBe(false);
  });

  it.each([['serviceVersion'], ['serviceInstanceId']])('refuses a number as %s', (name) => {
    expect(() => createResource({ [name]: 2 })).toThrow(
      `${name} must be a string, but it is 2. Write it in quotes, such as "1.2.3".`,
    );
  });

  it.each([[''], ['  '], [7], [null]])('refuses the service name %p', (serviceName) => {
    expect(() => createResource({ serviceName: serviceName as string })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(/^serviceName must be a non-empty string, but it is/),
      }),
    );
  });
});

describe('mergeResourceAttributes', () => {
  const throwing = new Proxy([], {
    get: () => {
      throw new Error('no');
    },
  });
  const unreadable = new Proxy({}, { ownKeys: () => throwing.length as never });

  it('follows the rules of span attributes, and reports what it leaves out', () => {
    const warnings: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
    const sparse = ['a', undefined, 'c'];
    delete sparse[1];
    const merged = mergeResourceAttributes(
      [
        { region: 'north', zone: 'a', sparse: sparse as string[], flag: false },
        undefined,
        {
          region: 'south',
          zone: undefined,
          object: {} as never,
          mixed: ['a', 1] as never,
          throwing: throwing as never,
          '': 'no key',
          get getter(): string {
            throw new Error('no');
          },
        },
        unreadable,
      ],
      diagnostics,
    );
    expect(merged).toEqual({ region: 'south', zone: 'a', sparse: ['a', null, 'c'], flag: false });
    expect(Object.values(diagnostics.counts())).toEqual([6]);
    expect(warnings).toEqual([
      'A resource attribute was dropped: its key must be a non-empty string, and its value a string, number, boolean, or an array of one of these types: object',
    ]);
  });

  it('is what a resource is made with', () => {
    const attributes = { region: 'north', throwing: throwing as never };
    expect(createResource({ attributes }).attributes).not.toHaveProperty('throwing');
  });
});

describe('Resource', () => {
  it('does not change with what it was made of, nor by itself', () => {
    const attributes: Attributes = { region: 'north' };
    const resource = new Resource(attributes);
    attributes.region = 'south';
    expect(resource.attributes).toEqual({ region: 'north' });
    expect(() => {
      (resource.attributes as Attributes).region = 'south';
    }).toThrow(TypeError);
  });

  it('merges: the attributes and the schema of the other win', () => {
    const own = new Resource({ a: 1, b: 1 }, 'https://schema/1');
    const merged = own.merge(new Resource({ b: 2, c: 2 }, 'https://schema/2'));
    expect(merged.attributes).toEqual({ a: 1, b: 2, c: 2 });
    expect(merged.schemaUrl).toBe('https://schema/2');
    expect(own.attributes).toEqual({ a: 1, b: 1 });
    expect(own.merge(new Resource({})).schemaUrl).toBe('https://schema/1');
    expect(own.merge(null)).toBe(own);
  });

  it('reads as the resource of OpenTelemetry', async () => {
    const resource = new Resource({ region: 'north' });
    expect(resource.asyncAttributesPending).toBe(false);
    expect(resource.getRawAttributes()).toEqual([['region', 'north']]);
    await resource.waitForAsyncAttributes();
    expect(resource.schemaUrl).toBeUndefined();
  });
});
