import { describe, expect, it } from '@jest/globals';
import { declarationFiles } from './emitted-declarations.js';
import { undocumentedMembers } from './member-docstrings.js';
import { PublicTypes } from './public-types.js';

function undocumentedIn(text: string, contracts = {}): string[] {
  const types = new PublicTypes(declarationFiles({ 'index.ts': text }), { door: 'index.ts' });
  return undocumentedMembers(types, contracts);
}

describe('undocumentedMembers', () => {
  it.each([
    ['a field', 'export interface A { /** Yes. */ a: 1; b: 2 }', 'A.b'],
    ['a method', 'export declare class A { /** Yes. */ a(): void; b(): void; }', 'A.b'],
    ['a protected method', 'export declare class A { protected b(): void; }', 'A.b'],
    ['a getter', 'export declare class A { get b(): 1; }', 'A.b'],
    ['a field of a literal', 'export type A = { /** Yes. */ a: 1 } | { b: 2 };', 'A.b'],
    ['a field inside of a field', 'export interface A { /** Yes. */ a: { b: 2 } }', 'A.b'],
    ['a field of a constant', 'export declare const A: { readonly b: 2 };', 'A.b'],
    ['a member of a hidden base', 'interface B { b: 1 } export interface A extends B {}', 'B.b'],
  ])('finds %s', (_, text, member) => {
    expect(undocumentedIn(text)).toEqual([member]);
  });

  it.each([
    ['a private member', 'export declare class A { private a; #b; }'],
    [
      'a constructor, a call and an index',
      'export interface A { new (): A; (): 1; [a: string]: 1 }',
    ],
    [
      'overloads of which one has a docstring',
      'export interface A { /** A. */ a(): 1; a(b: 1): 2 }',
    ],
    ['a setter beside its getter', 'export declare class A { /** A. */ get a(): 1; set a(b: 1); }'],
    [
      'a member that a base documents',
      'export interface B { /** A. */ a: 1 } export declare class A implements B { a: 1; }',
    ],
    [
      'a member that the base of a base documents',
      'interface C { /** A. */ a: 1 } interface B extends C {} export declare class A implements B { a: 1; }',
    ],
    ['a literal that is a parameter', 'export declare function a(b: { c: 1 }): void;'],
    ['a type that no door exports', 'interface A { a: 1 } export {}'],
  ])('leaves out %s', (_, text) => {
    expect(undocumentedIn(text)).toEqual([]);
  });

  it('leaves out a member that a package documents, if its type is a base', () => {
    const text =
      "import { Span } from '@opentelemetry/api'; export declare class A implements Span { end(): void; }";
    expect(undocumentedIn(text)).toEqual(['A.end']);
    expect(undocumentedIn(text, { Span: ['end'] })).toEqual([]);
    expect(undocumentedIn(text, { Tracer: ['end'] })).toEqual(['A.end']);
  });
});
