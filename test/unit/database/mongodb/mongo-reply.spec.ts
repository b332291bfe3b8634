import { describe, expect, it } from '@jest/globals';
import {
  countDocuments,
  describeFailure,
  findWriteFailure,
} from '../../../../lib/database/mongodb/mongo-reply.js';

describe('describeFailure', () => {
  it.each([
    [
      { name: 'E', code: 11000, codeName: 'DuplicateKey', message: 'hunter2' },
      'DuplicateKey',
      11000,
    ],
    [{ name: 'E', code: 1, message: 'hunter2' }, 'server error 1', 1],
    [{ name: 'E', code: 'text', message: 'closed' }, 'closed', undefined],
    [undefined, '', undefined],
  ])('describes %j', (failure, message, code) => {
    expect(describeFailure(failure)).toEqual({ name: failure ? 'E' : 'Error', code, message });
  });
});

describe('findWriteFailure', () => {
  const name = 'MongoWriteError';
  it.each([
    [{ ok: 1 }, undefined],
    [undefined, undefined],
    [{ writeErrors: [] }, undefined],
    [{ writeErrors: [{ code: 1 }, { code: 2 }] }, { name, code: 1, message: '2 writes failed' }],
    [
      { writeConcernError: { code: 64, codeName: 'WriteConcernFailed' } },
      { name, code: 64, message: 'WriteConcernFailed' },
    ],
    [
      { writeConcernError: { code: 64 } },
      { name, code: 64, message: 'write concern not satisfied' },
    ],
  ])('in %j', (reply, failure) => {
    expect(findWriteFailure(reply)).toEqual(failure);
  });
});

describe('countDocuments', () => {
  it.each([
    [{ cursor: { firstBatch: [1, 2] } }, 2],
    [{ cursor: { nextBatch: [] } }, 0],
    [{ n: 1 }, undefined],
    [undefined, undefined],
  ])('counts %j', (reply, count) => {
    expect(countDocuments(reply)).toBe(count);
  });
});
