import { describe, expect, it } from '@jest/globals';
import { DOORS, type PublicName, publicNames } from './doors.js';
import { readLibrary, readManifest } from './source-tree.js';

const library = readLibrary();

function namesOf(door: string): PublicName[] {
  return publicNames(library, DOORS[door] as string);
}

/** A name and where it comes from: two that are equal are the same thing. */
function originOf({ name, originalName, file }: PublicName): string {
  return `${name}: ${originalName} of lib/${file.path}`;
}

describe('the door nestjs-traced/core', () => {
  const core = namesOf('nestjs-traced/core').map(originOf);

  it('has nothing that the other doors of applications do not have', () => {
    const others = [...namesOf('nestjs-traced'), ...namesOf('nestjs-traced/grpc')].map(originOf);
    expect(core.length).toBeGreaterThan(0);
    expect(core.filter((name) => !others.includes(name))).toEqual([]);
  });

  it.each(['nestjs-traced', 'nestjs-traced/grpc'])(
    'has all of %s that is not about Nest',
    (door) => {
      // Its one function returns options of Nest's gRPC transport.
      const forNest = ['tracedGrpcOptions', 'GrpcTransportOptions'];
      const missing = namesOf(door)
        .filter(({ name, file }) => !file.path.startsWith('nest/') && !forNest.includes(name))
        .map(originOf)
        .filter((name) => !core.includes(name));
      expect(missing).toEqual([]);
    },
  );
});

describe('the doors in package.json', () => {
  const { exports, typesVersions } = readManifest();

  it('are those of the library', () => {
    const subpaths = Object.keys(exports).filter((subpath) => subpath !== './package.json');
    expect(subpaths.map((subpath) => `nestjs-traced${subpath.slice(1)}`).sort()).toEqual(
      Object.keys(DOORS).sort(),
    );
  });

  it('have types for compilers that do not read exports', () => {
    const beside = Object.keys(typesVersions['*'] ?? {}).map((name) => `nestjs-traced/${name}`);
    expect(['nestjs-traced', ...beside].sort()).toEqual(Object.keys(DOORS).sort());
  });
});
