import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a function with a folder that is removed afterwards. */
export function withFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'detection-'));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
