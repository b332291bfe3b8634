import { describe, expect, it } from '@jest/globals';
import type { HttpServerOperation } from '../../../../lib/http/index.js';
import {
  operationOfResponse,
  setOperationOfResponse,
} from '../../../../lib/http/server/operation-of-response.js';
import { createExchange } from './exchange.js';

describe('operationOfResponse', () => {
  it('finds the operation of this response and of no other', () => {
    const [{ response }, other] = [createExchange(), createExchange()];
    const operation = {} as HttpServerOperation;
    setOperationOfResponse(response, operation);
    expect(operationOfResponse(response)).toBe(operation);
    expect(operationOfResponse(other.response)).toBeUndefined();
  });

  it('adds nothing that is seen when a response is listed', () => {
    const { response } = createExchange();
    const before = Object.keys(response);
    setOperationOfResponse(response, {} as HttpServerOperation);
    expect(Object.keys(response)).toEqual(before);
  });
});
