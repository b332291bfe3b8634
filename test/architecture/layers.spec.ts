import { describe, expect, it } from '@jest/globals';
import { parseModule } from './module-syntax.js';
import {
  isOfPage,
  listFiles,
  packageOf,
  readLibrary,
  readManifest,
  readText,
  resolveReference,
} from './source-tree.js';

/** What may stand at the top of `lib` besides rooms. */
const GROUND = [
  'errors.ts',
  'diagnostics.ts',
  'ignore-rules.ts',
  'option-checks.ts',
  'printable.ts',
  'secret-keys.ts',
  'awake-timeout.ts',
  'system-time.ts',
  'terminal-text.ts',
  'version.ts',
  'viewer-destination.ts',
];
const TRAFFIC = [
  'baggage',
  'decorators',
  'http',
  'grpc',
  'database',
  'jobs',
  'events',
  'lifecycle',
  'logging',
  'websocket',
  'graphql',
  'messaging',
];
const CORE = ['context', 'carriers', 'sampling', 'propagation', 'operation', 'trace', 'metrics'];
const BELOW_ASSEMBLY = [...CORE, 'export', 'delivery', ...TRAFFIC];
const BELOW_NEST = [...BELOW_ASSEMBLY, 'assembly'];
const BELOW_DOORS = [...BELOW_NEST, 'nest'];

/** The file of `export` with the contract of exporters: all that `delivery` knows of it. */
const EXPORTER_CONTRACT = [
  'export/exporter.ts',
  'export/log-record-exporter.ts',
  'export/metric-exporter.ts',
  'export/readable-metrics.ts',
  'export/span-exporter.ts',
];

/**
 * The rooms that each room may import; all may import the ground and themselves. Layers go down
 * only: a room that is not on the list of another cannot come to depend on it unseen.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  context: [],
  carriers: ['context'],
  sampling: ['context'],
  propagation: ['context', 'carriers'],
  operation: ['context'],
  trace: ['context', 'sampling', 'operation'],
  metrics: ['context', 'operation', 'trace'],
  export: CORE,
  delivery: [...CORE, ...EXPORTER_CONTRACT],
  ...Object.fromEntries(TRAFFIC.map((room) => [room, ['context', 'carriers', 'operation']])),
  assembly: BELOW_ASSEMBLY,
  nest: BELOW_NEST,
  viewer: [],
  testing: [...BELOW_DOORS, 'index.ts'],
  'core.ts': BELOW_NEST,
  'grpc.ts': BELOW_DOORS,
  'index.ts': BELOW_DOORS,
};

const library = readLibrary();
const files = [...library.values()];

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] as string) : path;
}

describe('the layers of lib', () => {
  it('has no room that the table does not know', () => {
    const known = new Set([...GROUND, ...Object.keys(MAY_IMPORT)]);
    expect(files.map(({ path }) => roomOf(path)).filter((room) => !known.has(room))).toEqual([]);
  });

  it('lets a room import only what its layer may', () => {
    const offences = files.flatMap((file) => {
      const room = roomOf(file.path);
      const allowed = new Set([room, ...GROUND, ...(MAY_IMPORT[room] ?? [])]);
      return file.syntax.references
        .map((reference) => resolveReference(file.path, reference))
        .filter((target) => target !== undefined)
        .filter((target) => !allowed.has(roomOf(target)) && !allowed.has(target))
        .map((target) => `${file.path} imports ${target}`);
    });
    expect(offences).toEqual([]);
  });

  it('lets the ground import nothing of ours but the ground', () => {
    const offences = GROUND.flatMap((path) =>
      (library.get(path)?.syntax.references ?? [])
        .filter(({ specifier }) => specifier.startsWith('.'))
        .filter((reference) => !GROUND.includes(String(resolveReference(path, reference))))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });

  it('lets no folder of nest import another one: what they share stands in nest itself', () => {
    const folderOf = (path = ''): string | undefined => /^nest\/([^/]+)\//.exec(path)?.[1];
    const folders = new Set(files.map(({ path }) => folderOf(path)));
    expect([...folders]).toEqual(expect.arrayContaining(['http', 'grpc', 'database']));
    const offences = files
      .filter(({ path }) => folderOf(path) !== undefined)
      .flatMap((file) =>
        file.syntax.references
          .map((reference) => resolveReference(file.path, reference))
          .filter((target) => folderOf(target) !== undefined)
          .filter((target) => folderOf(target) !== folderOf(file.path))
          .map((target) => `${file.path} imports ${target}`),
      );
    expect(offences).toEqual([]);
  });

  it('names files that are there', () => {
    const paths = new Set(listFiles('lib'));
    const missing = files.flatMap((file) =>
      file.syntax.references
        .map((reference) => resolveReference(file.path, reference))
        .filter((target) => target !== undefined && !paths.has(target))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('has no import cycle that is left when the types are gone', () => {
    expect(findCycles()).toEqual([]);
  });

  it('imports no package but Node’s and the required peers, not even for a type', () => {
    const { peerDependencies, peerDependenciesMeta = {} } = readManifest();
    const required = Object.keys(peerDependencies).filter(
      (name) => peerDependenciesMeta[name]?.optional !== true,
    );
    // What the page may import is checked by `viewer-page.spec.ts`: it is built into one file.
    const built = files.filter(({ path }) => !isOfPage(path));
    const offences = built.flatMap(({ path, syntax }) =>
      syntax.references
        .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .filter(({ specifier }) => !required.includes(packageOf(specifier)))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });
});

describe('the sample', () => {
  it('comes in through the doors only, as users do', () => {
    const paths = listFiles('sample').filter((path) => path.endsWith('.ts'));
    const offences = paths.flatMap((path) =>
      parseModule(readText(`sample/${path}`))
        .references.filter(({ specifier }) => /^(\.\.\/)+(lib|dist)\b/.test(specifier))
        .map(({ specifier }) => `sample/${path} imports ${specifier}`),
    );
    expect(paths.length).toBeGreaterThan(0);
    expect(offences).toEqual([]);
  });
});

/** Each cycle of runtime imports as `a.ts > b.ts > a.ts`. */
function findCycles(): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      return;
    }
    if (done.has(path)) return;
    const references = library.get(path)?.syntax.references ?? [];
    for (const reference of references.filter(({ isTypeOnly }) => !isTypeOnly)) {
      const target = resolveReference(path, reference);
      if (target !== undefined) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}
