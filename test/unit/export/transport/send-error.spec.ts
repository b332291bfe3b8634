import { describe, expect, it } from '@jest/globals';
import { SendError } from '../../../../lib/export/transport/send-error.js';

describe('SendError', () => {
  it('is an error by its own name, with the last response', () => {
    const response = { status: 400, statusText: '', headers: {}, body: Buffer.alloc(0) };
    const error = new SendError('no', response);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('SendError: no');
    expect(error.response).toBe(response);
  });
});
