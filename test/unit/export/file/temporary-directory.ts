import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of a test, which is gone after it. */
export class TemporaryDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'spans-'));

  file(name: string): string {
    return join(this.path, name);
  }

  get names(): string[] {
    return readdirSync(this.path).sort();
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** The lines of all files, the oldest first. */
  get lines(): string[] {
    return this.names.flatMap((name) => this.read(name).split('\n').slice(0, -1));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
