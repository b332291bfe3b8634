/** A place in a source file. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
}

// `    at Warehouse.findShelf (file:///app/warehouse.ts:31:11)`, `    at /app/warehouse.ts:31:11`,
// `findShelf@http://localhost/app.js:31:11` of Firefox and Safari.
const FRAME = /^\s*(?:at (?:.*\(|async )?|[^@]*@)(.+?):(\d+)(?::(\d+))?\)?$/;
const FOREIGN = /(^|[\\/])node_modules[\\/]|^node:|^internal\//;
const MAX_FRAMES = 50;

/**
 * The first frame of a stack that is the application's own, as `file:line:column`: the first one that is
 * neither Node's nor of a package. If there is no such frame, there is no answer: a line in a package does
 * not tell where to look.
 *
 * @param stack as in `exception.stacktrace`, of V8, Firefox or Safari
 */
export function ownFrameOf(stack: string): string | undefined {
  let from = 0;
  for (let count = 0; count < MAX_FRAMES && from <= stack.length; count++) {
    const lineEnd = stack.indexOf('\n', from);
    const end = lineEnd === -1 ? stack.length : lineEnd;
    const line = end - from > 1_000 ? '' : stack.slice(from, end).trimEnd();
    from = end + 1;
    const match = FRAME.exec(line);
    if (match === null || FOREIGN.test(match[1] as string)) continue;
    const [, file = '', lineNumber, column] = match;
    const path = file.replace(/^file:\/\/(?=\/)/, '');
    return `${path}:${lineNumber}${column === undefined ? '' : `:${column}`}`;
  }
  return undefined;
}

/** Reads `file:line:column` or `file:line`; undefined for any other text. */
export function codePlaceOf(frame: string): CodePlace | undefined {
  const match = /^(.+?):(\d+)(?::\d+)?$/.exec(frame);
  return match === null ? undefined : { file: match[1] as string, line: Number(match[2]) };
}

/** `warehouse.ts:31`: the place without its folders. */
export function shortPlace({ file, line }: CodePlace): string {
  return `${file.replace(/^.*[\\/]/, '')}:${line}`;
}
