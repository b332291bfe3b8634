/** A copy of this library that is loaded in the process. */
export interface LibraryCopy {
  readonly version: string;
  /** Copies with the same number share the process-wide state. */
  readonly stateVersion: number;
  /** The file of the copy, as far as a stack trace names it. */
  describePath(): string;
}

/**
 * All copies of this library in the process. Its shape must never change: every version of the
 * library reads it.
 */
interface CopyRegistry {
  readonly copies: LibraryCopy[];
  /** Called with each copy that is loaded later. */
  readonly watchers: ((copy: LibraryCopy) => void)[];
}

const REGISTRY_SLOT = Symbol.for('nestjs-traced.copies');

function registryOfProcess(): CopyRegistry {
  const slots = globalThis as { [REGISTRY_SLOT]?: CopyRegistry };
  slots[REGISTRY_SLOT] ??= { copies: [], watchers: [] };
  return slots[REGISTRY_SLOT];
}

/** Adds a copy, and tells those who watch for copies. */
export function addLibraryCopy(copy: LibraryCopy): void {
  const { copies, watchers } = registryOfProcess();
  copies.push(copy);
  for (const watch of watchers) watch(copy);
}

/**
 * Calls `onConflict` for each copy, loaded already or later, that does not share the state of the
 * given one.
 *
 * @param onConflict gets a sentence that names both copies with versions and paths
 * @returns a function that ends the watch
 */
export function watchConflictingCopies(
  own: LibraryCopy,
  onConflict: (description: string) => void,
): () => void {
  const { copies, watchers } = registryOfProcess();
  const compare = (other: LibraryCopy): void => {
    if (other.stateVersion === own.stateVersion) return;
    onConflict(
      `Two incompatible copies of nestjs-traced are loaded: ${describe(own)} and ${describe(other)}. ` +
        'Code that imports the second one makes no spans in this application. ' +
        'Install one version, for example by npm dedupe.',
    );
  };
  for (const copy of copies) compare(copy);
  watchers.push(compare);
  return () => {
    const index = watchers.indexOf(compare);
    if (index >= 0) watchers.splice(index, 1);
  };
}

function describe(copy: LibraryCopy): string {
  return `${copy.version} at ${copy.describePath()}`;
}
