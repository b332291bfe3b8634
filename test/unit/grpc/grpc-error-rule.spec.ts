import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { type GrpcErrorCondition, GrpcErrorRule } from '../../../lib/grpc/grpc-error-rule.js';
import { isClientError, isServerError } from '../../../lib/grpc/grpc-status.js';

function createRule(condition?: GrpcErrorCondition, isErrorByConvention = isServerError) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => void warnings.push(message) });
  const rule = new GrpcErrorRule('grpc.it.isError', isErrorByConvention, condition, diagnostics);
  return { rule, warnings };
}

describe('GrpcErrorRule', () => {
  it('follows the semantic conventions by default', () => {
    const server = createRule().rule;
    const client = createRule(undefined, isClientError).rule;
    const errors = [0, 1, 2, 3, 4, 5, 99, 'x'].map((code) => [
      server.isError({ code }, 'a.B/C'),
      client.isError({ code }, 'a.B/C'),
    ]);
    expect(errors).toEqual([
      [false, false],
      [false, true],
      [true, true],
      [false, true],
      [true, true],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('asks a function with the status, the default and the method', () => {
    const asked: unknown[] = [];
    const { rule } = createRule((status, call) => {
      asked.push([status, call]);
      return !status.isError;
    });
    expect(rule.isError({ code: 4, details: 'late' }, 'a.B/C')).toBe(false);
    expect(rule.isError({ code: 5, details: '' }, 'a.B/C')).toBe(true);
    expect(rule.isError({ code: 'five' }, 'a.B/C')).toBe(false);
    expect(asked).toEqual([
      [{ code: 4, name: 'DEADLINE_EXCEEDED', details: 'late', isError: true }, { method: 'a.B/C' }],
      [{ code: 5, name: 'NOT_FOUND', details: undefined, isError: false }, { method: 'a.B/C' }],
      [{ code: -1, name: 'UNKNOWN', details: undefined, isError: true }, { method: 'a.B/C' }],
    ]);
  });

  it('takes any value as a boolean', () => {
    const { rule } = createRule(() => 'yes' as never);
    expect(rule.isError({ code: 0 }, 'a.B/C')).toBe(true);
  });

  it('reports a function that throws, and uses the default', () => {
    const { rule, warnings } = createRule(() => {
      throw new Error('broken');
    });
    expect([4, 5].map((code) => rule.isError({ code }, 'a.B/C'))).toEqual([true, false]);
    expect(warnings).toEqual([
      'grpc.it.isError threw; the rule of the semantic conventions decides about the status: Error: broken',
    ]);
  });

  it('refuses what is no function', () => {
    expect(() => createRule('no' as never)).toThrow('grpc.it.isError must be a function');
  });
});
