import type { Signature, TypeDeclaration, UsedName } from './declaration-syntax.js';
import { declarationsOf, keyOf, type OwnType, type PublicTypes } from './public-types.js';

/** A type that public declarations use and that no door exports. */
export interface HiddenType extends OwnType {
  /** Where it is used: `Tracer of <door>`, `Tracer.core of <door>`, `new Tracer() of <door>`. */
  readonly places: readonly string[];
}

/** Finds the types that users meet in signatures and cannot import, sorted by name. */
export function hiddenTypes(types: PublicTypes): HiddenType[] {
  const found = new Map<string, HiddenType & { readonly places: string[] }>();
  const visited = new Set<string>();
  for (const { publicName, door, ...type } of types.all) visit(type, publicName, door);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

  function visit(type: OwnType, label: string, door: string): void {
    if (visited.has(keyOf(type))) return;
    visited.add(keyOf(type));
    for (const [place, used] of declarationsOf(type).flatMap((each) => usesIn(each, label))) {
      const meant = types.resolve(type.file, used);
      if (meant === undefined || 'package' in meant || types.isPublic(meant)) continue;
      const hidden = found.get(keyOf(meant)) ?? { ...meant, places: [] };
      found.set(keyOf(meant), hidden);
      const where = `${place} of ${door}`;
      if (!hidden.places.includes(where)) hidden.places.push(where);
    }
    for (const part of hiddenParts(types, type)) visit(part, part.name, door);
  }
}

/** The hidden parts of some types, and the hidden parts of those, sorted by name. */
export function allHiddenParts(types: PublicTypes, of: readonly OwnType[]): OwnType[] {
  const parts = new Map<string, OwnType>();
  const queue = [...of];
  for (const type of queue) {
    for (const part of hiddenParts(types, type)) {
      if (parts.has(keyOf(part))) continue;
      parts.set(keyOf(part), part);
      queue.push(part);
    }
  }
  return [...parts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The hidden types that a type extends, or that its alias names. Their members are members of the type, so
 * a change of them changes what users see.
 */
function hiddenParts(types: PublicTypes, type: OwnType): OwnType[] {
  return declarationsOf(type)
    .filter(({ kind }) => kind === 'class' || kind === 'interface' || kind === 'type')
    .flatMap(({ head }) => namesIn(head))
    .flatMap((used) => {
      const part = types.resolve(type.file, used);
      if (part === undefined || 'package' in part || types.isPublic(part)) return [];
      return [part];
    });
}

function usesIn({ head, members }: TypeDeclaration, label: string): [string, UsedName][] {
  const ofHead = namesIn(head).map((used): [string, UsedName] => [label, used]);
  const ofMembers = members.flatMap(({ name, signature }) => {
    const place = name === 'constructor' ? `new ${label}()` : `${label}.${name}`;
    return namesIn(signature).map((used): [string, UsedName] => [place, used]);
  });
  return [...ofHead, ...ofMembers];
}

function namesIn(signature: Signature): UsedName[] {
  return signature.filter((part) => typeof part !== 'string');
}
