import { describe, expect, it } from '@jest/globals';
import { groupByScope } from '../../../../lib/export/otlp/group-by-scope.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { KeepingProcessor, providerFor } from '../../../support/span-source.js';

describe('groupByScope', () => {
  it('sorts spans by resource and scope, each group in the order of its first span', () => {
    const processor = new KeepingProcessor();
    const [a, b] = [providerFor(processor), providerFor(processor)];
    const spans = [
      a.getTracer('x'),
      b.getTracer('x'),
      a.getTracer('y'),
      a.getTracer('x'),
      b.getTracer('x'),
    ];
    for (const [index, tracer] of spans.entries()) tracer.startSpan(String(index)).end();
    const groups = groupByScope(processor.ended).map(({ resource, scopes }) => ({
      isFirst: resource === a.core.resource,
      scopes: scopes.map(({ scope, items: ofScope }) => [
        scope.name,
        ...ofScope.map(({ name }) => name),
      ]),
    }));
    expect(groups).toEqual([
      {
        isFirst: true,
        scopes: [
          ['x', '0', '3'],
          ['y', '2'],
        ],
      },
      { isFirst: false, scopes: [['x', '1', '4']] },
    ]);
  });

  it('has no groups for no spans', () => {
    expect(groupByScope([] as ReadableSpan[])).toEqual([]);
  });
});
