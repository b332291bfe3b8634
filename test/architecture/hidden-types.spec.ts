import { describe, expect, it } from '@jest/globals';
import { declarationFiles } from './emitted-declarations.js';
import { hiddenTypes } from './hidden-types.js';
import { PublicTypes } from './public-types.js';

const HIDDEN = 'export interface Hidden { a: 1 }';

/** The hidden types of a door that exports all of `a.ts`, as `name: places`. */
function hiddenBehind(text: string, others: Record<string, string> = {}): string[] {
  const names = [
    ...text.matchAll(
      /^export (?:declare )?(?:\w+ )?(?:class|interface|type|const|function) (\w+)/gm,
    ),
  ];
  const files = declarationFiles({
    'index.ts': `export { ${names.map(([, name]) => name).join(', ')} } from './a.js';`,
    'a.ts': text,
    'hidden.ts': HIDDEN,
    ...others,
  });
  const types = new PublicTypes(files, { door: 'index.ts' });
  return hiddenTypes(types).map(({ name, places }) => `${name}: ${places.join(', ')}`);
}

describe('hiddenTypes', () => {
  it.each([
    ['a property', 'export interface A { b: Hidden }', 'A.b'],
    ['a parameter of a method', 'export interface A { b(c: Hidden): void }', 'A.b'],
    ['a result', 'export declare class A { b(): Promise<Hidden>; }', 'A.b'],
    ['a protected member', 'export declare class A { protected b: Hidden; }', 'A.b'],
    ['a constructor', 'export declare class A { constructor(b: Hidden); }', 'new A()'],
    ['a base class', 'export declare class A extends Hidden {}', 'A'],
    ['a contract', 'export declare class A implements Hidden {}', 'A'],
    ['a base of an interface', 'export interface A extends Pick<Hidden, "a"> {}', 'A'],
    ['a constraint', 'export declare function A<T extends Hidden>(b: T): T;', 'A'],
    ['a type alias', 'export type A = { b: Hidden[] } | undefined;', 'A'],
    ['a constant', 'export declare const A: Hidden;', 'A'],
    ['a typeof', 'export type A = typeof Hidden;', 'A'],
    ['a field inside of a field', 'export interface A { b: { c: { d: Hidden } } }', 'A.b'],
  ])('finds a type in %s', (_, text, place) => {
    const imported = `import type { Hidden } from './hidden.js';\n${text}`;
    expect(hiddenBehind(imported)).toEqual([`Hidden: ${place} of door`]);
  });

  it('finds a type of the same file, and one that is imported in place', () => {
    expect(hiddenBehind('interface B { c: 1 }\nexport interface A { b: B }')).toEqual([
      'B: A.b of door',
    ]);
    expect(hiddenBehind("export declare const A: import('./hidden.js').Hidden;")).toEqual([
      'Hidden: A of door',
    ]);
  });

  it('follows a type through other files and other names', () => {
    const text = "import type { C } from './b.js';\nexport type A = C;";
    expect(hiddenBehind(text, { 'b.ts': "export { Hidden as C } from './hidden.js';" })).toEqual([
      'Hidden: A of door',
    ]);
  });

  it('names each place once', () => {
    const text = `${HIDDEN.replace('export ', '')}\nexport interface A { b(c: Hidden): Hidden; d: Hidden }`;
    expect(hiddenBehind(text)).toEqual(['Hidden: A.b of door, A.d of door']);
  });

  it('leaves out private members, types of packages and of the language, and type parameters', () => {
    const text = `import type { Span } from '@opentelemetry/api';
import type { Hidden } from './hidden.js';
export declare class A<T> { private b: Hidden; c: Map<string, T>; d: Span; }`;
    expect(hiddenBehind(text)).toEqual([]);
  });

  it('leaves out what another door exports, whatever name it gives', () => {
    const files = declarationFiles({
      'index.ts': "import type { Hidden } from './hidden.js';\nexport interface A { b: Hidden }",
      'other.ts': "export { Hidden as Shown } from './hidden.js';",
      'hidden.ts': HIDDEN,
    });
    const types = new PublicTypes(files, { door: 'index.ts', 'door/other': 'other.ts' });
    expect(hiddenTypes(types)).toEqual([]);
  });

  it('looks into a hidden base, because its members are members of the public type', () => {
    const text = `interface C { d: 1 }\ninterface B { c: C }\nexport interface A extends B {}`;
    expect(hiddenBehind(text)).toEqual(['B: A of door', 'C: B.c of door']);
  });

  it('does not look into a hidden type of a member', () => {
    const text = `interface C { d: 1 }\ninterface B { c: C }\nexport interface A { b: B }`;
    expect(hiddenBehind(text)).toEqual(['B: A.b of door']);
  });
});
