import { describe, expect, it } from '@jest/globals';
import type { GrpcError } from '../../../../lib/export/otlp-grpc/grpc-package.js';
import { retryDelay } from '../../../../lib/export/otlp-grpc/retry-delay.js';

/** A `google.rpc.Status` with a `RetryInfo` of 2.5 seconds, put together by hand. */
const STATUS = Buffer.concat([
  // code: 8; details: 54 bytes, whose type_url has 40.
  Buffer.from('08081a360a28', 'hex'),
  Buffer.from('type.googleapis.com/google.rpc.RetryInfo'),
  // value: 10 bytes; retry_delay: 8 bytes; seconds: 2; nanos: 500000000.
  Buffer.from('120a0a0808021080cab5ee01', 'hex'),
]);

function errorWith(code: number, details?: Buffer | string): GrpcError {
  const get = () => (details === undefined ? [] : [details]);
  return Object.assign(new Error('no'), { code, details: 'no', metadata: { get } });
}

describe('the delay after which a call is sent again', () => {
  it.each([1, 4, 10, 11, 14, 15])('is left to us for status %d', (code) => {
    expect(retryDelay(errorWith(code))).toBeUndefined();
  });

  it.each([2, 3, 5, 6, 7, 8, 9, 12, 13, 16])('is none for status %d', (code) => {
    expect(retryDelay(errorWith(code))).toBe('never');
  });

  it('is what the server asks for, also when it has run out of something', () => {
    expect(retryDelay(errorWith(8, STATUS))).toBe(2500);
    expect(retryDelay(errorWith(14, STATUS))).toBe(2500);
    expect(retryDelay(errorWith(3, STATUS))).toBe('never');
  });

  it.each(['text', Buffer.from('ff', 'hex'), Buffer.alloc(0)])(
    'is none it cannot read',
    (details) => {
      expect(retryDelay(errorWith(8, details))).toBe('never');
      expect(retryDelay(errorWith(14, details))).toBeUndefined();
    },
  );
});
