import { describe, expect, it } from '@jest/globals';
import { ReceiverRules } from '../../../../lib/carriers/index.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { GrpcClientHandler } from '../../../../lib/grpc/client/grpc-client-handler.js';
import type { GrpcTargetRule } from '../../../../lib/grpc/client/grpc-client-options.js';
import { receiverOf, TARGET_RULES } from '../../../../lib/grpc/client/target-rules.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function means(rule: GrpcTargetRule, target: string): boolean {
  const rules = new ReceiverRules('list', TARGET_RULES, [rule]);
  return rules.has(receiverOf(target), new Diagnostics());
}

describe('receiverOf', () => {
  it.each([
    ['dns:Stock.example:50051', 'stock.example:50051'],
    ['dns:///stock.example', 'stock.example:443'],
    ['ipv4:127.0.0.1:50051', '127.0.0.1:50051'],
    ['ipv6:[::1]:50051', '[::1]:50051'],
    ['unix:///run/stock.sock', 'unix:/run/stock.sock'],
    ['unix-abstract:stock', 'unix-abstract:stock'],
    ['xds:///stock', 'xds:///stock'],
    ['ipv4:1.2.3.4:1,5.6.7.8:1', 'ipv4:1.2.3.4:1,5.6.7.8:1'],
    ['', ''],
  ])('of %s is %s', (target, text) => {
    expect(receiverOf(target).text).toBe(text);
  });
});

describe('TARGET_RULES', () => {
  it.each<[GrpcTargetRule, string]>([
    ['stock.example', 'dns:stock.example:50051'],
    ['stock.example:50051', 'dns:///stock.example:50051'],
    ['stock.example:443', 'dns:stock.example'],
    ['*.stock.example', 'dns:a.stock.example:1'],
    ['127.0.0.1', 'ipv4:127.0.0.1:1'],
    ['[::1]:1', 'ipv6:[::1]:1'],
    ['unix:/run/stock.sock', 'unix:///run/stock.sock'],
    [/^stock\.example:443$/, 'dns:stock.example'],
    [/^xds:/, 'xds:///stock'],
    [(target) => target === 'stock.example:443', 'dns:stock.example'],
  ])('%s means %s', (rule, target) => {
    expect(means(rule, target)).toBe(true);
  });

  it.each<[GrpcTargetRule, string]>([
    ['stock.example', 'dns:a.stock.example:1'],
    ['stock.example:1', 'dns:stock.example:2'],
    ['*.stock.example', 'dns:stock.example:1'],
    ['stock', 'xds:///stock'],
    ['1.2.3.4', 'ipv4:1.2.3.4:1,5.6.7.8:1'],
    ['unix:/run/stock.sock', 'unix-abstract:/run/stock.sock'],
    [/^dns:/, 'dns:stock.example:1'],
    [(() => 'yes') as never, 'dns:stock.example:1'],
  ])('%s does not mean %s', (rule, target) => {
    expect(means(rule, target)).toBe(false);
  });

  it.each([
    ['stock.example', 'grpc.client.propagateTo must'],
    [[''], 'grpc.client.propagateTo[0] must'],
    [['stock.example', 5], 'grpc.client.propagateTo[1] must'],
    [['https://stock.example'], 'grpc.client.propagateTo[0] must'],
    [['dns:stock.example:1'], 'grpc.client.propagateTo[0] must'],
    [['stock.example/Find'], 'grpc.client.propagateTo[0] must'],
  ])('refuse %j', (rules, message) => {
    const { tracer } = createTracing();
    const create = (option: string) => () =>
      new GrpcClientHandler(tracer, { [option]: rules as never });
    expect(create('propagateTo')).toThrow(message);
    expect(create('propagateBaggageTo')).toThrow(
      message.replace('propagateTo', 'propagateBaggageTo'),
    );
  });
});
