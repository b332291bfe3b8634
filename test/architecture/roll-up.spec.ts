import { describe, expect, it } from '@jest/globals';

// Plain JavaScript, which the compiler does not know.
const BUILD = '../../.build/roll-up.js';

/** Rolls up the files, all of which are entries whose path has no folder. */
async function rolledUp(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const { rollUp } = await import(BUILD);
  const entries = Object.keys(files).filter((path) => !path.includes('/'));
  return rollUp(
    entries.map((path) => path.replace('.d.ts', '')),
    (path: string) => files[path],
  );
}

describe('rolled-up declarations', () => {
  it('contain what an entry leads to, with its comments, and nothing else', async () => {
    const files = await rolledUp({
      'index.d.ts': "export { Span } from './trace/span.js';\n",
      'trace/span.d.ts': [
        "import type { Link } from './link.js';",
        '/** A span. */',
        'export declare class Span {',
        '    #private;',
        '    /** Its links. */',
        '    readonly links: Link[];',
        '}',
        'export declare const unused: number;',
        '',
      ].join('\n'),
      'trace/link.d.ts': 'export interface Link {\n    readonly id: string;\n}\nexport {};\n',
    });
    expect(files).toEqual({
      'index.d.ts': [
        '/** A span. */',
        'export declare class Span {',
        '  #private;',
        '  /** Its links. */',
        '  readonly links: Link[];',
        '}',
        'interface Link {',
        '  readonly id: string;',
        '}',
        'export {};',
        '',
      ].join('\n'),
    });
  });

  it('share what several entries lead to, so that it is one type', async () => {
    const files = await rolledUp({
      'a.d.ts': "import { Shared } from './lib/shared.js';\nexport type A = Shared;\n",
      'b.d.ts': "export { Shared as B } from './lib/shared.js';\n",
      'lib/shared.d.ts': 'export declare class Shared {\n    private readonly x;\n}\n',
    });
    expect(Object.keys(files).sort()).toEqual(['a.d.ts', 'b.d.ts', 'shared-1.d.ts']);
    expect(files['a.d.ts']).toBe(
      "import { Shared } from './shared-1.js';\nexport type A = Shared;\nexport {};\n",
    );
    expect(files['b.d.ts']).toBe("export { Shared as B } from './shared-1.js';\nexport {};\n");
  });

  it('tell names apart that files, packages and the language have alike', async () => {
    const { 'index.d.ts': text } = await rolledUp({
      'index.d.ts': [
        "import type { Span as ApiSpan } from '@opentelemetry/api';",
        "import type { Options } from './a/a.js';",
        'export interface Span extends ApiSpan { readonly a: Options; }',
        "export declare function b(options: import('./b/b.js').Options): Headers;",
        '',
      ].join('\n'),
      'a/a.d.ts':
        'export interface Options { a: Headers; }\ninterface Headers { own: 1; }\nexport {};\n',
      'b/b.d.ts': 'export interface Options { b: 1; }\n',
    });
    expect(text).toContain("import { Span as Span$1 } from '@opentelemetry/api';");
    expect(text).toContain('export interface Span extends Span$1 { readonly a: Options; }');
    expect(text).toContain('export declare function b(options: Options$1): Headers;');
    expect(text).toContain('interface Options { a: Headers$1; }');
    expect(text).toContain('interface Headers$1 { own: 1; }');
    expect(text).toContain('interface Options$1 { b: 1; }');
  });

  it('are refused where a type parameter hides what they would need', async () => {
    const files = {
      'index.d.ts':
        "import type { T } from './a/a.js';\nexport type X<T> = T[];\nexport type Y = T;\n",
      'a/a.d.ts': 'export interface T {}\n',
    };
    await expect(rolledUp(files)).rejects.toThrow(
      'X has a type parameter of the name of an import',
    );
  });

  it('are refused with statements that cannot be taken apart', async () => {
    const files = { 'index.d.ts': 'declare global { interface A {} }\nexport {};\n' };
    await expect(rolledUp(files)).rejects.toThrow('a statement of the type TS');
  });
});
