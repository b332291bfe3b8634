import { describe, expect, it } from '@jest/globals';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { Traced } from '../../../lib/decorators/index.js';
import type { TracedOptions } from '../../../lib/decorators/traced-options.js';

describe('the options of Traced', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'The argument of @Traced() must be a name, an object of options, or omitted'],
    ['a number', 7, 'The argument of @Traced() must be a name, an object of options, or omitted'],
    ['an array', [], 'The argument of @Traced() must be a name, an object of options, or omitted'],
    ['an empty name', '', '@Traced.name must be a non-empty string, but it is ""'],
    ['a name that is no string', { name: 1 }, '@Traced.name must be a non-empty string'],
    ['an unknown kind', { kind: 9 }, '@Traced.kind must be a SpanKind, but it is 9'],
    ['a kind by its name', { kind: 'SERVER' }, '@Traced.kind must be a SpanKind'],
    ['attributes that are none', { attributes: 'a=b' }, '@Traced.attributes must be an object'],
    ['an array of attributes', { attributes: [] }, '@Traced.attributes must be an object'],
    ['null as attributes', { attributes: null }, '@Traced.attributes must be an object'],
    ['result attributes that are fixed', { resultAttributes: {} }, '@Traced.resultAttributes must'],
    ['a root that is no boolean', { root: 'yes' }, '@Traced.root must be true or false'],
  ])('refuse %s when the decorator is made', (_, options, message) => {
    expect(() => Traced(options as TracedOptions)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each<[string, string | TracedOptions | undefined]>([
    ['nothing', undefined],
    ['a name', 'place order'],
    ['no options', {}],
    [
      'all options',
      {
        name: 'place order',
        kind: SpanKind.INTERNAL,
        attributes: (id: string): Attributes => ({ id }),
        resultAttributes: (order: { total: number }): Attributes => ({ total: order.total }),
        root: false,
      },
    ],
  ])('may be %s', (_, options) => {
    expect(Traced(options)).toEqual(expect.any(Function));
  });
});
