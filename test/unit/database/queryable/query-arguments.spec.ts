import { describe, expect, it } from '@jest/globals';
import {
  readExecuteArguments,
  readProcedureArguments,
  readQueryArguments,
  readQueryText,
} from '../../../../lib/database/queryable/query-arguments.js';

const template = (...values: [TemplateStringsArray, ...unknown[]]): unknown[] => values;
const callback = (): void => {};

describe('readQueryArguments', () => {
  it.each<[string, unknown[], object]>([
    ['a text', ['a'], { query: { text: 'a' }, callbackIndex: -1 }],
    ['parameters', ['a', [1]], { query: { text: 'a', parameters: [1] }, callbackIndex: -1 }],
    ['a callback', ['a', [1], callback], { callbackIndex: 2 }],
    ['an object of pg', [{ text: 'a', values: [1] }], { query: { text: 'a', parameters: [1] } }],
    ['an object of mysql2', [{ sql: 'a' }, [1]], { query: { text: 'a', parameters: [1] } }],
    ['a stream of pg', [{ submit: callback, cursor: { text: 'a' } }], { query: { text: 'a' } }],
    ['a template', template`a ${1} b ${2}`, { query: { text: 'a $1 b $2', parameters: [1, 2] } }],
    ['no arguments', [], { query: {}, callbackIndex: -1 }],
  ])('reads %s', (_, values, call) => {
    expect(readQueryArguments(values)).toMatchObject(call);
  });
});

describe('readQueryText', () => {
  it.each([
    ['a', 'a'],
    [{ sql: 'a' }, 'a'],
    [{ text: 'a' }, 'a'],
    [{}, undefined],
    [5, undefined],
    [null, undefined],
  ])('of %j is %s', (value, text) => {
    expect(readQueryText(value)).toBe(text);
  });
});

describe('readExecuteArguments', () => {
  it.each<[unknown[], unknown, number]>([
    [[[1]], [1], -1],
    [[[1], callback], [1], 1],
    [[callback], undefined, 0],
    [[], undefined, -1],
    [['a'], undefined, -1],
  ])('reads %p', (values, parameters, callbackIndex) => {
    expect(readExecuteArguments('a', values)).toEqual({
      query: { text: 'a', parameters },
      callbackIndex,
      submittable: undefined,
    });
  });
});

describe('readProcedureArguments', () => {
  it('reads the name of the procedure, and the callback', () => {
    const call = readProcedureArguments(['dbo.place_order', () => {}]);
    expect(call.callbackIndex).toBe(1);
    expect(call.query).toEqual({
      operation: 'EXECUTE',
      name: 'EXECUTE dbo.place_order',
      attributes: { 'db.stored_procedure.name': 'dbo.place_order' },
    });
  });
});
