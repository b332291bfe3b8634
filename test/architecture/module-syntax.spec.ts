import { describe, expect, it } from '@jest/globals';
import { parseModule } from './module-syntax.js';

// The house rules trust in this reading of a file, so it is held to facts itself.
describe('parseModule', () => {
  it.each([
    ["import './a.js';", false],
    ["import { a } from './a.js';", false],
    ["import { type A, b } from './a.js';", false],
    ["import { type A } from './a.js';", true],
    ["import type { A } from './a.js';", true],
    ["import a = require('./a.js');", false],
    ["export * from './a.js';", false],
    ["export { a } from './a.js';", false],
    ["export type { A } from './a.js';", true],
    ["export type A = import('./a.js').A;", true],
    ["export const load = () => import('./a.js');", false],
    ["const a = require('./a.js');", false],
  ])('finds the reference in %s', (text, isTypeOnly) => {
    expect(parseModule(text).references).toEqual([{ specifier: './a.js', isTypeOnly }]);
  });

  it('finds what a file exports and where it comes from', () => {
    const text = "export { a, b as c } from './a.js'; export class D {} const e = 1; export { e };";
    expect(parseModule(text).exports).toEqual([
      { name: 'a', originalName: 'a', from: './a.js' },
      { name: 'c', originalName: 'b', from: './a.js' },
      { name: 'D', originalName: 'D', from: undefined },
      { name: 'e', originalName: 'e', from: undefined },
    ]);
  });

  it.each([
    ['export class A {}', 'class'],
    ['export abstract class A {}', 'abstract class'],
    ['export interface A {}', 'interface'],
    ['export type A = 1;', 'type'],
    ['export const A = 1;', 'const'],
    ['export function A() {}', 'function'],
    ['const A = 1;', 'const'],
  ])('finds the declaration in %s', (text, kind) => {
    expect(parseModule(text).declarations).toEqual([{ name: 'A', kind }]);
  });

  it.each([
    ["import './a.js'; export { b } from './b.js';", false],
    ['export interface A {} export type B = 1;', false],
    ['export const a = 1;', true],
    ['export class A {}', true],
    ['a();', true],
  ])('tells runtime code from types: %s', (text, hasRuntimeCode) => {
    expect(parseModule(text).hasRuntimeCode).toBe(hasRuntimeCode);
  });

  it.each([
    ['const a = process.env.A;', true],
    ['function f(environment = process.env) {}', true],
    ['const { env } = process;', true],
    ["import { env } from 'node:process';", true],
    ['const pid = process.pid;', false],
    ['// process.env\nconst a = "process.env";', false],
  ])('tells who reads the environment: %s', (text, readsEnvironment) => {
    expect(parseModule(text).readsEnvironment).toBe(readsEnvironment);
  });

  it.each([
    ['await a();', true],
    ['for await (const a of b) {}', true],
    ['const a = { b: await c };', true],
    ['async function f() { await a(); }', false],
    ['const f = async () => { for await (const a of b) {} };', false],
    ['class A { async f() { await a(); } async #g() { await a(); } }', false],
    ['const o = { async f() { await a(); } };', false],
  ])('tells a top-level await: %s', (text, hasTopLevelAwait) => {
    expect(parseModule(text).hasTopLevelAwait).toBe(hasTopLevelAwait);
  });

  it('finds import.meta, default exports and default imports', () => {
    expect(parseModule("import a from 'a';").hasDefaultImport).toBe(true);
    expect(parseModule("import { a } from 'a'; import * as b from 'b';").hasDefaultImport).toBe(
      false,
    );
    expect(parseModule('const a = import.meta.url;').hasImportMeta).toBe(true);
    expect(parseModule('const a = "import.meta";').hasImportMeta).toBe(false);
    expect(parseModule('export default 1;').hasDefaultExport).toBe(true);
    expect(parseModule('export default class {}').hasDefaultExport).toBe(true);
    expect(parseModule('export const a = 1;').hasDefaultExport).toBe(false);
  });

  it('finds the members of interfaces', () => {
    const { interfaceMembers } = parseModule('interface A { readonly a?: 1; b(): void }');
    expect(interfaceMembers).toEqual(new Map([['A', ['a', 'b']]]));
  });
});
