import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { FileFacts } from '../../../../lib/assembly/configuration-file/place.js';
import { Place } from '../../../../lib/assembly/configuration-file/place.js';

/** A folder for the configuration files of a spec. */
export class ConfigurationFiles {
  #folder = '';

  constructor() {
    beforeAll(() => {
      this.#folder = mkdtempSync(join(tmpdir(), 'configuration-'));
    });
    afterAll(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  write(text: string | Buffer, name = 'otel.yaml'): string {
    const path = this.path(name);
    writeFileSync(path, text);
    return path;
  }
}

/** The top of a file that is only in memory. */
export function placeInFile(facts: Partial<FileFacts> = {}): Place {
  return new Place({ file: 'otel.yaml', lacking: new Set(), isNewer: false, ...facts });
}

/** The message of what it throws. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('Nothing was thrown.');
}
