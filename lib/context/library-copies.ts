/** A copy of this library that is loaded in the process. */
export interface LibraryCopy {
  readonly version: string;
  /** Copies with the same number share the process-wide state. */
  readonly stateVersion: number;
  /** Returns the file of the copy, if a stack trace contains it. */
  describePath(): string;
}

/**
 * All copies of this library in the process. Its shape must never change, because every version of the
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

/** Adds a copy, and notifies the watchers. */
export function addLibraryCopy(copy: LibraryCopy): void {
  const { copies, watchers } = registryOfProcess();
  copies.push(copy);
  for (const watch of watchers) watch(copy);
}

/**
 * Calls `onConflict` for each copy that does not share its state with the given one, now and for copies
 * that are loaded later.
 *
 * @param onConflict receives a sentence with the versions and paths of both copies
 * @returns a function that stops watching
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
        'Code that imports the second one creates no spans in this application. ' +
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
