import { resolve } from 'node:path';
import { Diagnostics } from '../../diagnostics.js';
import { checkCount, checkOption, checkString } from '../../option-checks.js';
import type { ReadableSpan } from '../../trace/index.js';
import { EncodingExporter } from '../encoding-exporter.js';
import { SPAN_WORDS } from '../exporter.js';
import { JsonEncoding } from '../otlp/json-encoding.js';
import { JSON_SPANS } from '../otlp/json-span.js';
import type { Sender, SenderResponse } from '../sender.js';
import { SpanDirectory } from './span-directory.js';
import { SpanFile } from './span-file.js';

/** Where spans are written, and how many files are kept. */
export interface FileSpanExporterOptions {
  /** Created where it is missing. Each process needs its own directory or prefix. */
  readonly directory: string;
  /** How the names of the files begin: letters, digits, `_`, `.` and `-`. @default 'spans' */
  readonly prefix?: string;
  /** A file that has reached this length is finished; 1 to 2^40. @default 16777216, 16 MiB */
  readonly maxFileBytes?: number;
  /** Finished files that are kept, the youngest; 1 to 100,000. @default 16 */
  readonly maxFileCount?: number;
  /** Where trouble with files is reported. @default the console */
  readonly diagnostics?: Diagnostics;
}

const OWNER = 'FileSpanExporter';
const NEWLINE = Buffer.from('\n');
/** Exports are written one after the other; a processor of this library never begins two. */
const CONCURRENCY_LIMIT = 1000;

/**
 * Writes spans to files as OTLP/JSON, one line for each batch; a long batch takes several lines. The file
 * receiver of the OpenTelemetry Collector reads the files, and `replaySpanFile` sends them. Spec:
 * `protocol/file-exporter.md`.
 *
 * The file `<prefix>.jsonl.part` grows until it is long enough, or the exporter is flushed or shut down;
 * then it becomes `<prefix>-<time>-<number>.jsonl` in one step, so a file with that name is complete. While
 * the disk is full or the directory is missing, exports fail; they work again afterwards.
 *
 * @example
 * new FileSpanExporter({ directory: 'spans' })
 */
export class FileSpanExporter extends EncodingExporter<ReadableSpan> {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: FileSpanExporterOptions) {
    const diagnostics = options?.diagnostics ?? new Diagnostics();
    super({
      owner: OWNER,
      words: SPAN_WORDS,
      encoding: new JsonEncoding(JSON_SPANS),
      sender: createFileSender(options ?? {}, diagnostics),
      timeoutMillis: Number.POSITIVE_INFINITY,
      concurrencyLimit: CONCURRENCY_LIMIT,
      // The collector's file receiver splits lines above 1 MiB, which is the default for requests too.
      maxRequestBytes: undefined,
      diagnostics,
    });
  }
}

function createFileSender(
  { directory, prefix = 'spans', maxFileBytes, maxFileCount }: FileSpanExporterOptions,
  diagnostics: Diagnostics,
): FileSender {
  checkString(
    `${OWNER}.directory`,
    directory,
    'Give the path of a directory that the process may write to; it is created if it does not exist.',
  );
  checkOption(
    typeof prefix === 'string' && /^[\w-][\w.-]*$/.test(prefix),
    `${OWNER}.prefix`,
    'must consist of letters, digits, _, . and -, and must not begin with a dot',
    prefix,
    "Leave it out for the default, 'spans'.",
  );
  const maxBytes = checkCount(`${OWNER}.maxFileBytes`, maxFileBytes, 16 * 1024 * 1024, 1, 2 ** 40);
  const maxCount = checkCount(`${OWNER}.maxFileCount`, maxFileCount, 16, 1, 100_000);
  const files = new SpanDirectory(resolve(directory), prefix, maxCount);
  return new FileSender(files, maxBytes, diagnostics);
}

/** Writes each body as a line. */
class FileSender implements Sender {
  readonly isFasterInParallel = false;
  readonly #file: SpanFile;
  /** The last of the writes that wait for each other; never rejects. */
  #lastWrite: Promise<unknown> = Promise.resolve();
  #hasAdopted = false;

  constructor(
    private readonly directory: SpanDirectory,
    private readonly maxFileBytes: number,
    private readonly diagnostics: Diagnostics,
  ) {
    this.#file = new SpanFile(directory.partPath, () =>
      diagnostics.report('A file of spans was removed while it was written'),
    );
  }

  async send(body: Buffer): Promise<SenderResponse> {
    await this.#inTurn(() => this.#append(Buffer.concat([body, NEWLINE])));
    return { body: Buffer.alloc(0), contentType: undefined };
  }

  /** Finishes the file, so that every file that its reader finds is complete. */
  flush(): Promise<void> {
    return this.#inTurn(() => this.#finishFile());
  }

  /** A write ends by itself. */
  endSoon(): void {}

  close(): Promise<void> {
    return this.flush();
  }

  async #append(line: Buffer): Promise<void> {
    if (!this.#hasAdopted) {
      this.#hasAdopted = true;
      if (await this.directory.adoptPart(Date.now())) await this.#prune();
    }
    try {
      await this.#file.append(line);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`The file could not be written: ${message}`, { cause: error });
    }
    if (this.#file.lengthBytes >= this.maxFileBytes) await this.#finishFile();
  }

  /** Never rejects, because the spans are written and count as delivered. */
  async #finishFile(): Promise<void> {
    if (this.#file.lengthBytes === 0) return this.#file.discard();
    try {
      await this.#file.finish(this.directory.nextPath(Date.now()));
    } catch (error) {
      this.diagnostics.report('A file of spans could not be finished', error);
    }
    await this.#prune();
  }

  async #prune(): Promise<void> {
    try {
      const count = await this.directory.prune();
      for (let i = 0; i < count; i++) {
        this.diagnostics.report('The oldest file of spans was removed to make room');
      }
    } catch (error) {
      this.diagnostics.report('Old files of spans could not be removed', error);
    }
  }

  /** Runs work on the file when the work before it is over. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#lastWrite.then(work);
    this.#lastWrite = done.catch(() => {});
    return done;
  }
}
