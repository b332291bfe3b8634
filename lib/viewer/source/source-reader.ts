import type { CodeLocation } from '../analysis/code-locations.js';
import type { LocatedSource, ShownSource } from '../api/source-json.js';
import { linkTo } from './editor-link.js';
import { excerptOf } from './excerpt.js';
import {
  type FileRefusal,
  findSourceFile,
  readSourceFile,
  type SourceFile,
  type SourceText,
} from './source-files.js';
import { isGeneratedCode, placeInSource, readSourceMap, type SourceMap } from './source-map.js';
import type { SourceSettings } from './source-settings.js';

/** The places of one answer whose files are read; the application's own come first. */
const MAX_SHOWN = 20;
const MAX_WAITING = 32;
/** Longer files are bundles, or no source code. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** What is read for one answer. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const REASONS: Readonly<Record<FileRefusal | 'foreign' | 'no-line' | 'many', string>> = {
  outside: 'The file is not in the source roots of the viewer.',
  missing: 'There is no such file.',
  hidden: 'Files whose path has a name that begins with a dot are not shown.',
  package: 'Code of packages is not shown.',
  'too-long': 'The file is longer than 16 MiB, or more than 32 MiB were read before it.',
  'not-text': 'It is not a file of text.',
  foreign: 'Code of Node and of packages is not shown.',
  'no-line': 'The file has no such line.',
  many: `Only the first ${MAX_SHOWN} places are shown with their source.`,
};

/**
 * Reads the source code of places that spans name. It reads files of the source roots only, and starts no
 * program. One answer is made at a time: a source map can take many times the memory of its file.
 */
export class SourceReader {
  readonly #settings: SourceSettings;
  #last: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;

  constructor(settings: SourceSettings) {
    this.#settings = settings;
  }

  /**
   * Adds the source code to places.
   *
   * @param endMillis when the span ended, in epoch milliseconds
   * @returns undefined if too many others wait
   */
  async read(
    locations: readonly CodeLocation[],
    endMillis: number,
  ): Promise<LocatedSource[] | undefined> {
    if (this.#waitingCount >= MAX_WAITING) return undefined;
    this.#waitingCount++;
    const before = this.#last;
    const work = (async () => {
      await before;
      const files = new FilesOfAnswer(this.#settings, endMillis);
      const located: LocatedSource[] = [];
      for (const [index, location] of locations.entries()) {
        const result = await this.#sourceOf(location, index, files);
        const reason = typeof result === 'string' ? REASONS[result] : undefined;
        const source = typeof result === 'string' ? undefined : result;
        located.push({ ...location, source, reason });
      }
      return located;
    })();
    this.#last = work.catch(() => {});
    try {
      return await work;
    } finally {
      this.#waitingCount--;
    }
  }

  #sourceOf(
    location: CodeLocation,
    index: number,
    files: FilesOfAnswer,
  ): Promise<ShownSource | keyof typeof REASONS> | keyof typeof REASONS {
    if (!location.isOwn) return 'foreign';
    return index < MAX_SHOWN ? files.sourceOf(location) : 'many';
  }
}

interface ReadFile {
  readonly file: SourceFile;
  readonly content: SourceText;
  readonly map: SourceMap | undefined;
}

/** The files of one answer: each is read once, also if it has many of the places. */
class FilesOfAnswer {
  readonly #settings: SourceSettings;
  readonly #endMillis: number;
  #bytesLeft = MAX_ANSWER_BYTES;
  readonly #files = new Map<string, Promise<ReadFile | FileRefusal>>();

  constructor(settings: SourceSettings, endMillis: number) {
    this.#settings = settings;
    this.#endMillis = endMillis;
  }

  async sourceOf({
    file,
    line,
    column,
  }: CodeLocation): Promise<ShownSource | FileRefusal | 'no-line'> {
    const read = await this.#read(file);
    if (typeof read === 'string') return read;
    // What a map says may be wrong in every way; the generated code is always there.
    const original = read.map && (await this.#original(read.map, line, column));
    return original ?? this.#shown(read, line, column, false) ?? 'no-line';
  }

  async #original(
    map: SourceMap,
    line: number,
    column: number | undefined,
  ): Promise<ShownSource | undefined> {
    const place = placeInSource(map, line, column);
    if (place === undefined) return undefined;
    const read = await this.#read(place.source, false);
    if (typeof read === 'object') return this.#shown(read, place.line, place.column, true);
    const excerpt = place.content === undefined ? undefined : excerptOf(place.content, place.line);
    if (excerpt === undefined) return undefined;
    return {
      ...excerpt,
      file: place.source,
      shortPath: place.source.replace(/^.*\//, ''),
      line: place.line,
      column: place.column,
      isMapped: true,
      isChanged: false,
      link: undefined,
    };
  }

  #shown(
    { file, content }: ReadFile,
    line: number,
    column: number | undefined,
    isMapped: boolean,
  ): ShownSource | undefined {
    const excerpt = excerptOf(content.text, line);
    return (
      excerpt && {
        ...excerpt,
        file: file.path,
        shortPath: file.shortPath,
        line,
        column,
        isMapped,
        isChanged: content.changedMillis > this.#endMillis,
        link: linkTo(this.#settings.editor, file.path, line, column),
      }
    );
  }

  #read(name: string, withMap = true): Promise<ReadFile | FileRefusal> {
    const key = `${withMap} ${name}`;
    const known = this.#files.get(key) ?? this.#readNow(name, withMap);
    this.#files.set(key, known);
    return known;
  }

  async #readNow(name: string, withMap: boolean): Promise<ReadFile | FileRefusal> {
    const file = await findSourceFile(name, this.#settings);
    if (typeof file === 'string') return file;
    const content = await this.#contentOf(file);
    if (typeof content === 'string') return content;
    const map =
      withMap && isGeneratedCode(file)
        ? await readSourceMap(file, content.text, (url) => this.#textOfMap(url))
        : undefined;
    return { file, content, map };
  }

  async #textOfMap(url: string): Promise<string | undefined> {
    const file = await findSourceFile(url, this.#settings);
    const content = typeof file === 'string' ? file : await this.#contentOf(file);
    return typeof content === 'string' ? undefined : content.text;
  }

  async #contentOf(file: SourceFile): Promise<SourceText | FileRefusal> {
    const content = await readSourceFile(file, Math.min(MAX_FILE_BYTES, this.#bytesLeft));
    if (typeof content === 'object') this.#bytesLeft -= content.byteCount;
    return content;
  }
}
