import * as grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import {
  CANCELLED,
  detailsOf,
  isServerError,
  OK,
  statusNameOf,
  UNIMPLEMENTED,
  UNKNOWN,
} from '../../../lib/grpc/grpc-status.js';

const CODES = Object.entries(grpc.status).filter(
  (entry): entry is [string, grpc.status] => typeof entry[1] === 'number',
);

describe('statusNameOf', () => {
  it.each(CODES)('names %s', (name, code) => {
    expect(statusNameOf(code)).toBe(name);
  });

  it('shows what gRPC has no name for', () => {
    expect([17, 99, undefined, 'x'].map(statusNameOf)).toEqual(['17', '99', 'UNKNOWN', 'UNKNOWN']);
  });

  it('has the numbers of gRPC', () => {
    expect([OK, CANCELLED, UNKNOWN, UNIMPLEMENTED].map(statusNameOf)).toEqual([
      'OK',
      'CANCELLED',
      'UNKNOWN',
      'UNIMPLEMENTED',
    ]);
  });
});

describe('isServerError', () => {
  it('is true for six codes and for those without a name', () => {
    const names = [...CODES.map(([name]) => name), '17'];
    expect(names.filter(isServerError)).toEqual([
      'UNKNOWN',
      'DEADLINE_EXCEEDED',
      'UNIMPLEMENTED',
      'INTERNAL',
      'UNAVAILABLE',
      'DATA_LOSS',
      '17',
    ]);
  });
});

describe('detailsOf', () => {
  it('is the text, if there is one', () => {
    expect([{ details: 'gone' }, { details: '' }, { details: 1 }, {}].map(detailsOf)).toEqual([
      'gone',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
