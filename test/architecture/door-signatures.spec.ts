import { describe, expect, it } from '@jest/globals';
import { dedent } from '../../lib/testing/index.js';
import { doorSignatures, signatureChanges } from './door-signatures.js';
import { declarationFiles } from './emitted-declarations.js';
import { PublicTypes } from './public-types.js';

/** What the committed file of the door `index.ts` would be. */
function signaturesOf(files: Record<string, string>, doors = { door: 'index.ts' }): string {
  return doorSignatures(
    new PublicTypes(declarationFiles(files), doors),
    Object.keys(doors).at(-1) as string,
  );
}

describe('doorSignatures', () => {
  it('writes declarations by name and members by name, without docstrings and what is private', () => {
    const text = `
/** Bs. */
export interface B {
    /** Why. */
    readonly y?: string;
    x(a: number): void;
}
/** As. */
export declare class A<T> extends Map<string, T> {
    #private;
    private hidden;
    z: {
        /** Which. */
        w: string;
    };
    get y(): T;
    static create(): A<string>;
    protected x(a: number): void;
    protected x(a: string): void;
    constructor(
    /** The first. */
    a: string,${' '}
    /** The second. */
    b?: number);
}
/** Both. */
export type C = B | undefined;
export declare const C: unique symbol;
export declare function d<T>(a: T): T;
`;
    const door = "export { A, type B, C, d } from './a.js';";
    expect(signaturesOf({ 'index.ts': door, 'a.ts': text })).toBe(
      `${dedent`
      class A<T> extends Map<string, T> {
        constructor(a: string, b?: number);
        static create(): A<string>;
        protected x(a: number): void;
        protected x(a: string): void;
        get y(): T;
        z: {
          w: string;
        };
      }

      interface B {
        x(a: number): void;
        readonly y?: string;
      }

      type C = B | undefined;
      const C: unique symbol;

      function d<T>(a: T): T;
    `}\n`,
    );
  });

  it.each([
    ['a member is gone', 'b: B; ', ''],
    ['a member is optional', 'b: B', 'b?: B'],
    ['a parameter has another type', '(d: string)', '(d: number)'],
    ['a parameter is added', '(d: string)', '(d: string, e?: number)'],
    ['a type comes from another package', "'x'", "'y'"],
    ['a base is gone', ' extends E', ''],
    ['a type parameter has another bound', '<T extends B>', '<T>'],
  ])('changes when %s', (_, before, after) => {
    const text =
      "import type { B } from 'x'; interface E { f: 1 } export interface A<T extends B> extends E { b: B; c(d: string): T }";
    const changed = text.replace(before, after);
    expect(changed).not.toBe(text);
    expect(signaturesOf({ 'index.ts': changed })).not.toBe(signaturesOf({ 'index.ts': text }));
  });

  it('names the packages that types come from, and writes them in place where a name is taken', () => {
    const text = `
import type { Span, Tracer as ApiTracer } from '@opentelemetry/api';
import type { Span as OtherSpan } from 'other';
import type * as all from 'all';
export interface Tracer extends ApiTracer { a: Span; b: OtherSpan; c: all.Type }
`;
    expect(signaturesOf({ 'index.ts': text })).toBe(
      `${dedent`
      import { Span } from '@opentelemetry/api';

      interface Tracer extends import('@opentelemetry/api').Tracer {
        a: Span;
        b: import('other').Span;
        c: import('all').Type;
      }
    `}\n`,
    );
  });

  it('writes the public name of a type that has another name inside', () => {
    const files = {
      'index.ts': "export { Inner as Outer, a } from './a.js';",
      'a.ts': 'export interface Inner { a: Inner } export declare const a: Inner;',
    };
    expect(signaturesOf(files)).toContain('const a: Outer;');
  });

  it('refers to an earlier door that exports the same', () => {
    const files = {
      'index.ts': "export { A } from './a.js';",
      'core.ts': "export { A, B } from './a.js';",
      'a.ts': 'export interface A { a: 1 } export interface B { a: A }',
    };
    const doors = { door: 'index.ts', 'door/core': 'core.ts' };
    expect(signaturesOf(files, doors)).toBe(
      `${dedent`
      // A: as in door

      interface B {
        a: A;
      }
    `}\n`,
    );
  });

  it('adds the types that exported ones are composed of, and no others', () => {
    const text = `
interface Options { a: 1 }
type Partly = Pick<Options, 'a'>;
interface Held { a: 1 }
export interface A extends Partly { held: Held }
`;
    expect(signaturesOf({ 'index.ts': text })).toBe(
      `${dedent`
      interface A extends Partly {
        held: Held;
      }

      // Not exported, but parts of the declarations above.

      interface Options {
        a: 1;
      }

      type Partly = Pick<Options, 'a'>;
    `}\n`,
    );
  });
});

describe('signatureChanges', () => {
  it('lists the lines that differ, below their declaration', () => {
    const before = 'interface A {\n  a: 1;\n  b: 2;\n}\n\ntype B = 1;\n\ntype C = 1;\n';
    const after = 'interface A {\n  a: 1;\n  b: 3;\n}\n\ntype C = 1;\n';
    expect(signatureChanges(before, after)).toBe(dedent`
      ${''}  interface A {
      -   b: 2;
      +   b: 3;

        type B = 1;
      - type B = 1;
    `);
  });

  it('says so when only the order differs', () => {
    expect(signatureChanges('type A = 1;\n\ntype B = 1;\n', 'type B = 1;\n\ntype A = 1;\n')).toBe(
      '  The same lines stand in another order.',
    );
  });
});
