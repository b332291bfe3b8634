import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import {
  type GrpcMetadata,
  METADATA_GETTER,
  METADATA_SETTER,
  valuesInMetadata,
} from '../../../lib/grpc/grpc-metadata.js';

function metadata(): Metadata {
  const made = new Metadata();
  made.add('x-tenant', 'a');
  made.add('x-tenant', 'b');
  made.set('traceparent', '00');
  made.set('grpc-trace-bin', Buffer.from([1]));
  return made;
}

describe('METADATA_GETTER', () => {
  it('gives a text, all texts of a repeated key, or nothing', () => {
    const get = (key: string): unknown => METADATA_GETTER.get(metadata(), key);
    expect([get('TraceParent'), get('x-tenant'), get('other')]).toEqual([
      '00',
      ['a', 'b'],
      undefined,
    ]);
  });

  it('does not show binary values', () => {
    expect(METADATA_GETTER.get(metadata(), 'grpc-trace-bin')).toBeUndefined();
    expect(METADATA_GETTER.keys(metadata())).toEqual(['x-tenant', 'traceparent']);
  });
});

describe('METADATA_SETTER', () => {
  it('replaces its key and leaves the others', () => {
    const carrier = metadata();
    METADATA_SETTER.set(carrier, 'traceparent', '01');
    expect(carrier.get('traceparent')).toEqual(['01']);
    expect(carrier.get('x-tenant')).toEqual(['a', 'b']);
    expect(carrier.get('grpc-trace-bin')).toEqual([Buffer.from([1])]);
  });
});

describe('valuesInMetadata', () => {
  it('gives all values of a key', () => {
    const values = ['X-Tenant', 'grpc-trace-bin', 'other'].map((key) =>
      valuesInMetadata(metadata(), key),
    );
    expect(values).toEqual([['a', 'b'], [Buffer.from([1])], []]);
  });

  it.each([[null], [undefined], [{}], ['text']])('finds nothing in %j', (other) => {
    expect(valuesInMetadata(other as unknown as GrpcMetadata, 'x')).toBeUndefined();
  });
});
