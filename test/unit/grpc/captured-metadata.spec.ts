import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { CapturedMetadata } from '../../../lib/grpc/captured-metadata.js';
import { createTestTracing } from '../../../lib/testing/index.js';

function metadata(): Metadata {
  const made = new Metadata();
  made.add('x-tenant', 'a');
  made.add('x-tenant', 'b');
  made.set('key-bin', Buffer.from('ab'));
  made.set('secret', 's');
  return made;
}

const SHOWN = { 'p.x-tenant': ['a', 'b'], 'p.key-bin': ['YWI='] };

describe('CapturedMetadata', () => {
  const captured = new CapturedMetadata('p.', 'option', [' X-Tenant', 'key-bin', 'missing']);

  it('writes what is named and there, binary values in base64', () => {
    const attributes = {};
    captured.writeTo(attributes, metadata());
    expect(attributes).toEqual(SHOWN);
  });

  it('writes it on a span', () => {
    const { tracer, recorder, close } = createTestTracing();
    tracer.trace('call', (span) => {
      captured.setOn(span, metadata());
      captured.setOn(span, null);
      captured.setOn(span, {} as Metadata);
    });
    expect(recorder.takeSpan().attributes).toEqual(SHOWN);
    close();
  });

  it('takes nothing unless it is named', () => {
    const attributes = {};
    new CapturedMetadata('p.', 'option').writeTo(attributes, metadata());
    expect(attributes).toEqual({});
  });

  it.each([['x-tenant'], [['']], [[7]], [null]])('refuses %j', (keys) => {
    expect(() => new CapturedMetadata('p.', 'grpc.server.captureX', keys as string[])).toThrow(
      /^grpc\.server\.captureX must be an array of non-empty strings/,
    );
  });
});
