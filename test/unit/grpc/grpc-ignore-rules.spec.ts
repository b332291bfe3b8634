import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { type GrpcIgnoreRule, GrpcIgnoreRules } from '../../../lib/grpc/grpc-ignore-rules.js';

const warnings: string[] = [];
const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });

function ignores(rule: GrpcIgnoreRule, method: string, metadata = new Metadata()): boolean {
  return new GrpcIgnoreRules('ignore', [rule], diagnostics).has({ method, metadata });
}

describe('GrpcIgnoreRules', () => {
  it.each<[GrpcIgnoreRule, string, boolean]>([
    ['grpc.health.v1.Health', 'grpc.health.v1.Health/Check', true],
    ['grpc.health.v1.Health', 'grpc.health.v1.HealthX/Check', false],
    ['grpc.health.v1.Health/Check', 'grpc.health.v1.Health/Check', true],
    ['grpc.health.v1.Health/Check', 'grpc.health.v1.Health/PendingSpans', false],
    [/^grpc\.reflection\./g, 'grpc.reflection.v1.ServerReflection/Info', true],
    [/^grpc\.reflection\./, 'shop.Orders/Find', false],
    [({ method }) => method.endsWith('Find'), 'shop.Orders/Find', true],
  ])('%s and %s: %s', (rule, method, is) => {
    expect(ignores(rule, method)).toBe(is);
    expect(ignores(rule, method)).toBe(is);
  });

  it('shows the metadata to functions', () => {
    const metadata = new Metadata();
    metadata.set('x-probe', '1');
    const rule: GrpcIgnoreRule = (call) => call.metadata.get('x-probe').length > 0;
    expect(ignores(rule, 'a.B/C', metadata)).toBe(true);
  });

  it('ignores nothing by a function that throws, and reports it', () => {
    const rule = (): boolean => {
      throw new Error('no');
    };
    expect(ignores(rule, 'a.B/C')).toBe(false);
    expect(warnings).toEqual(['A function of ignore threw; it does not match: Error: no']);
  });

  it.each([['/a.B/C'], [''], [7], ['a/b/c']])('refuses the rule %j', (rule) => {
    expect(() => new GrpcIgnoreRules('grpc.server.ignore', [rule as string], diagnostics)).toThrow(
      /^grpc\.server\.ignore\[0\] must be services/,
    );
  });

  it('refuses what is no list', () => {
    expect(() => new GrpcIgnoreRules('x', 'a.B' as never, diagnostics)).toThrow(/^x must be/);
  });
});
