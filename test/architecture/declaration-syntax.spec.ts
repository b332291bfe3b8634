import { describe, expect, it } from '@jest/globals';
import { parseDeclarations, type Signature } from './declaration-syntax.js';

/** The text of a signature, with the names that it uses in angle brackets. */
function asText(signature: Signature): string {
  return signature.map((part) => (typeof part === 'string' ? part : `<${part.name}>`)).join('');
}

function onlyDeclaration(text: string) {
  const { declarations } = parseDeclarations(text);
  expect(declarations).toHaveLength(1);
  return declarations[0] as (typeof declarations)[number];
}

// The rules of the public surface trust in this reading of a file, so it is held to facts itself.
describe('parseDeclarations', () => {
  it.each([
    ['export declare class A {}', 'class', 'class A'],
    ['declare class A {}', 'class', 'class A'],
    ['export declare abstract class A {}', 'class', 'abstract class A'],
    ['export interface A {}', 'interface', 'interface A'],
    ['export type A = 1;', 'type', 'type A = 1;'],
    ['export declare const A: 1;', 'const', 'const A: 1'],
    ['export declare function A(): void;', 'function', 'function A(): void;'],
  ])('reads %s', (text, kind, head) => {
    const declaration = onlyDeclaration(text);
    expect(declaration).toMatchObject({ name: 'A', kind });
    expect(asText(declaration.head)).toBe(head);
  });

  it.each([
    ['type A = B | C.D;', 'type A = <B> | <C>.D;'],
    ['type A = Map<B, C[]>;', 'type A = <Map><<B>, <C>[]>;'],
    ['type A = typeof b.c;', 'type A = typeof <b>.c;'],
    ['type A = import("./b.js").C.D<E>;', 'type A = <C>.D<<E>>;'],
    ['type A<T extends B = C> = T;', 'type A<T extends <B> = <C>> = <T>;'],
    ['type A = { [K in keyof B]: C<K> };', 'type A = { [K in keyof <B>]: <C><<K>> };'],
    [
      'declare function A(b: B, ...c: C[]): asserts b is D;',
      'function A(b: <B>, ...c: <C>[]): asserts b is <D>;',
    ],
    [
      'declare class A<T> extends B<T> implements C, D.E {}',
      'class A<T> extends <B><<T>> implements <C>, <D>.E',
    ],
    ['interface A extends B<{ c: C }>, D {}', 'interface A extends <B><{ c: <C> }>, <D>'],
    ['/** é */ type A = "é" | B;', 'type A = "é" | <B>;'],
  ])('finds the names that %s uses', (text, head) => {
    expect(asText(onlyDeclaration(text).head)).toBe(head);
  });

  it('finds the module of an inferred type', () => {
    const { head } = onlyDeclaration('export declare const A: import("./b.js").C;');
    expect(head).toContainEqual({ name: 'C', specifier: './b.js' });
  });

  it('finds what a class and an interface extend', () => {
    const { bases } = onlyDeclaration('declare class A extends B<C> implements D, E.F {}');
    expect(bases.map(({ name }) => name)).toEqual(['B', 'D', 'E']);
    const { bases: inherited } = onlyDeclaration('interface A extends B, C<D> {}');
    expect(inherited.map(({ name }) => name)).toEqual(['B', 'C']);
  });

  it('reads the members of a class that are not private', () => {
    const { members } = onlyDeclaration(`declare abstract class A {
      #private;
      private hidden;
      private hiddenToo();
      constructor(a: B);
      static readonly b?: C;
      protected get c(): D;
      abstract d<T>(e: T): void;
      [Symbol.iterator](): E;
      [key: string]: F;
    }`);
    expect(members.map(({ name, signature }) => [name, asText(signature)])).toEqual([
      ['constructor', 'constructor(a: <B>);'],
      ['b', 'static readonly b?: <C>;'],
      ['c', 'protected get c(): <D>;'],
      ['d', 'abstract d<T>(e: <T>): void;'],
      ['[Symbol.iterator]', '[<Symbol>.iterator](): <E>;'],
      ['[]', '[key: string]: <F>;'],
    ]);
    expect(members.filter(({ isStatic }) => isStatic).map(({ name }) => name)).toEqual(['b']);
  });

  it('reads a private constructor, because it forbids to make instances', () => {
    const { members } = onlyDeclaration('declare class A { private constructor(); }');
    expect(members.map(({ name }) => name)).toEqual(['constructor']);
  });

  it('reads the members of an interface', () => {
    const { members } = onlyDeclaration(`interface A {
      readonly b?: B;
      c(d: D): void;
      (e: E): void;
      new (f: F): G;
    }`);
    expect(members.map(({ name, signature }) => [name, asText(signature)])).toEqual([
      ['b', 'readonly b?: <B>;'],
      ['c', 'c(d: <D>): void;'],
      ['()', '(e: <E>): void;'],
      ['new', 'new (f: <F>): <G>;'],
    ]);
  });

  it('tells declarations, members and fields with a docstring from those without', () => {
    const { hasDocstring, members, fields } = onlyDeclaration(`/** A. */
    export interface A {
      /** B. */
      readonly b: { /** C. */ c: 1; d: 2 };
      readonly e: 3;
    }`);
    expect(hasDocstring).toBe(true);
    expect(members.map((member) => [member.name, member.hasDocstring])).toEqual([
      ['b', true],
      ['e', false],
    ]);
    expect(fields.map((field) => [field.name, field.hasDocstring])).toEqual([
      ['c', true],
      ['d', false],
    ]);
    expect(onlyDeclaration('export interface A {}').hasDocstring).toBe(false);
  });

  it('leaves comments out of signatures, but not what looks like one in a text', () => {
    const { head } = onlyDeclaration(
      `type A = /* no */ "/* yes */" | { /** no */ b: '/** yes */' };`,
    );
    expect(asText(head)).toBe(`type A =  "/* yes */" | {  b: '/** yes */' };`);
  });

  it('finds what names of a file mean in other modules', () => {
    const { imports } = parseDeclarations(
      "import a, { type B, c as D } from './x.js'; import type * as e from 'y';",
    );
    expect([...imports]).toEqual([
      ['a', { name: 'default', specifier: './x.js' }],
      ['B', { name: 'B', specifier: './x.js' }],
      ['D', { name: 'c', specifier: './x.js' }],
      ['e', { name: '*', specifier: 'y' }],
    ]);
  });

  it.each([
    ['a type parameter that hides a type of the file', 'type A = 1; type B<A> = A;', /parameter A/],
    ['a declaration that it does not know', 'declare enum A { B }', /TsEnumDeclaration/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseDeclarations(text)).toThrow(message);
  });
});
