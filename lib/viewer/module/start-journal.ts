import type { Diagnostics } from '../../diagnostics.js';
import { Journal } from '../journal/journal.js';
import { JournalFolder, journalFolderOf } from '../journal/journal-folder.js';
import { replayJournal } from '../journal/replay-journal.js';
import type { TraceStore } from '../store/trace-store.js';

/** A journal with what is being read of it. */
export interface StartedJournal {
  /** Resolves when the store has what earlier runs have left. */
  readonly replayed: Promise<void>;
  /** Writes what waits. Called before the port is given back: the next viewer opens the journal. */
  close(): Promise<void>;
}

/**
 * Opens the journal of a port for a store, and gives the store what earlier runs have left, while the viewer is
 * receiving. Called as soon as this process has the port. Where the journal cannot be used, it says so, and the
 * viewer goes on without.
 *
 * @param maxBytes the memory of the store
 * @param path the folder of the journal. @default that of the port and the user
 * @returns undefined without a journal
 */
export function startJournal(
  store: TraceStore,
  port: number,
  maxBytes: number,
  diagnostics: Diagnostics,
  path: string = journalFolderOf(port),
): StartedJournal | undefined {
  let folder: JournalFolder;
  let journal: Journal;
  try {
    folder = new JournalFolder(path);
    journal = new Journal(folder, diagnostics);
  } catch (error) {
    diagnostics.say(
      `The trace viewer has no journal: ${(error as Error).message}. Its traces will be gone after a restart.`,
    );
    return undefined;
  }
  store.runs.begin(journal.run);
  store.keepIn(journal);
  const replayed = replayJournal(journal, folder, store, maxBytes).catch((error: unknown) =>
    diagnostics.report('A part of the journal of the trace viewer cannot be read', error),
  );
  return {
    replayed,
    close: async () => {
      await journal.close();
      await replayed;
    },
  };
}
