import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import type { GraphqlDefinition, GraphqlDocument } from '../../../lib/graphql/graphql-shapes.js';
import { infoOf, OperationNames, operationIn } from '../../../lib/graphql/operation-names.js';

const document = (text: string) => parse(text) as unknown as GraphqlDocument;
const definition = (text: string) => operationIn(document(text), undefined) as GraphqlDefinition;

describe('OperationNames', () => {
  it.each([
    ['query A { a }', 'query A'],
    ['mutation B { b }', 'mutation B'],
    ['subscription { c }', 'subscription {c}'],
    ['{ a }', 'query {a}'],
    ['{ x: a y: a }', 'query {a}'],
    ['{ a b }', 'query'],
    ['{ ...f } fragment f on Query { a }', 'query'],
    ['{ ... on Query { a } }', 'query'],
    [`query ${'n'.repeat(101)} { a }`, 'query {a}'],
    [`{ ${'a '.repeat(51)} }`, 'query'],
  ])('of %.40s', (text, name) => {
    expect(new OperationNames(10).of(definition(text))).toBe(name);
  });

  it('are limited in number; known ones stay in use', () => {
    const names = new OperationNames(2);
    const of = (name: string) => names.of(definition(`query ${name} { a }`));
    expect(['A', 'B', 'C', 'A'].map(of)).toEqual(['query A', 'query B', 'query {a}', 'query A']);
    expect(new OperationNames(0).of(definition('query A { a }'))).toBe('query {a}');
  });
});

describe('operationIn', () => {
  const two = document('query A { a } fragment f on Query { a } query B { a }');

  it.each([
    ['A', 'A'],
    ['B', 'B'],
    ['f', undefined],
    [undefined, undefined],
    ['', undefined],
    [7, undefined],
  ])('chooses %p', (operationName, expected) => {
    expect(operationIn(two, operationName)?.name?.value).toBe(expected);
  });

  it('chooses none without a document', () => {
    expect(operationIn(undefined, 'A')).toBeUndefined();
    expect(operationIn(document('fragment f on Query { a }'), undefined)).toBeUndefined();
  });
});

describe('infoOf', () => {
  it('describes an operation', () => {
    expect(infoOf(definition('mutation B { b }'), undefined)).toEqual({
      type: 'mutation',
      name: 'B',
      document: undefined,
    });
  });
});
