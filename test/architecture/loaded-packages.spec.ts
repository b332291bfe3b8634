import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOORS } from './doors.js';
import { packageOf, ROOT, readManifest } from './source-tree.js';

const run = promisify(execFile);

/** What comes with Nest and the other required peers, by itself. */
const { peerDependencies, peerDependenciesMeta = {}, devDependencies } = readManifest();
const REQUIRED = Object.keys(peerDependencies).filter(
  (name) => peerDependenciesMeta[name]?.optional !== true,
);

/** Packages that a user of the library need not have, among them all of the development's own. */
const OPTIONAL = [
  ...Object.keys(devDependencies).filter((name) => !REQUIRED.includes(name)),
  '@nestjs/websockets',
  'axios',
  'express',
  'fastify',
  'kafkajs',
  'pino',
  'winston',
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loaded-packages-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a fresh process has loaded after it imported the module: files, and modules of Node. */
async function loadedModules(
  modulePath: string,
): Promise<{ readonly paths: string[]; readonly builtin: string[] }> {
  const listPath = join(folder, `${modulePath.replaceAll('/', '-')}.txt`);
  writeFileSync(listPath, '');
  const script = join(ROOT, 'test/architecture/loading/list-loaded-modules.mjs');
  const { stdout } = await run(process.execPath, [script, listPath, join(ROOT, modulePath)], {
    cwd: ROOT,
  });
  const modules = JSON.parse(stdout) as { readonly paths: string[]; readonly builtin: string[] };
  expect(modules.paths).toContain(join(ROOT, modulePath));
  return modules;
}

/** The packages of which a fresh process has loaded a file after it imported the module. */
async function loadedPackages(modulePath: string): Promise<string[]> {
  const { paths } = await loadedModules(modulePath);
  const inPackage = paths.map((path) => path.split('/node_modules/').slice(1).at(-1));
  return [...new Set(inPackage.filter((path) => path !== undefined).map(packageOf))].sort();
}

describe('a fresh process', () => {
  it.each(Object.entries(DOORS))('that imports %s has no optional package', async (_, path) => {
    const packages = await loadedPackages(`lib/${path}`);
    // The viewer has no tracer. Its thread needs no package at all.
    const needed = path.startsWith('viewer/') ? [] : ['@opentelemetry/api'];
    expect(packages).toEqual(expect.arrayContaining(needed));
    if (path === 'viewer/worker.ts') expect(packages).toEqual([]);
    expect(packages.filter((name) => OPTIONAL.includes(name))).toEqual([]);
  });

  it('that imports nestjs-traced/core has nothing of Nest', async () => {
    const packages = await loadedPackages(`lib/${DOORS['nestjs-traced/core']}`);
    const ofNest = (name: string): boolean =>
      name.startsWith('@nestjs/') || name === 'reflect-metadata';
    expect(packages.filter(ofNest)).toEqual([]);
    const all = await loadedPackages(`lib/${DOORS['nestjs-traced']}`);
    expect(all.filter(ofNest)).toEqual(
      expect.arrayContaining(['@nestjs/common', '@nestjs/core', 'reflect-metadata']),
    );
  });

  // Node loads it, some 20 ms, when code touches `Headers`, `Request` or `fetch` for the first time.
  it.each(Object.entries(DOORS))('that imports %s has not loaded fetch', async (_, path) => {
    const { builtin } = await loadedModules(`lib/${path}`);
    expect(builtin).toContain('diagnostics_channel');
    expect(builtin).not.toContain('internal/deps/undici/undici');
  });

  it('is seen to load one where a module imports it', async () => {
    const module = 'test/architecture/loading/with-optional-package.mjs';
    const packages = await loadedPackages(module);
    expect(packages).toEqual(expect.arrayContaining(['@nestjs/microservices', 'protobufjs']));
  });
});
