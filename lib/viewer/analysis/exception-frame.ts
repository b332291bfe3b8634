/** A place in a source file. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
}

/** A line of a stack. */
export interface StackFrame {
  /** As the stack has it: a path, or a URL. */
  readonly file: string;
  readonly line: number;
  /** From 1; undefined where the stack has none. */
  readonly column: number | undefined;
  /** Whether it is the application's own: neither Node's nor of a package. */
  readonly isOwn: boolean;
}

// `    at Warehouse.findShelf (file:///app/warehouse.ts:31:11)`, `    at /app/warehouse.ts:31:11`,
// `findShelf@http://localhost/app.js:31:11` of Firefox and Safari.
const FRAME = /^\s*(?:at (?:.*\(|async )?|[^@]*@)(.+?):(\d+)(?::(\d+))?\)?$/;
const FOREIGN = /(^|[\\/])node_modules[\\/]|^node:|^internal\//;
const MAX_FRAMES = 50;
const MAX_LINE_LENGTH = 1_000;

/** Reads a line of a stack, of V8, Firefox or Safari; undefined for any other text. */
export function stackFrameOf(line: string): StackFrame | undefined {
  const match = line.length > MAX_LINE_LENGTH ? null : FRAME.exec(line.trimEnd());
  if (match === null) return undefined;
  const [, file = '', lineNumber, column] = match;
  return {
    file,
    line: Number(lineNumber),
    column: column === undefined ? undefined : Number(column),
    isOwn: !FOREIGN.test(file),
  };
}

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
    const frame = end - from > MAX_LINE_LENGTH ? undefined : stackFrameOf(stack.slice(from, end));
    from = end + 1;
    if (frame === undefined || !frame.isOwn) continue;
    const { file, line, column } = frame;
    return `${pathOfFile(file)}:${line}${column === undefined ? '' : `:${column}`}`;
  }
  return undefined;
}

/** The path in a `file:` URL, as it is written there; any other text as it is. */
export function pathOfFile(file: string): string {
  return file.replace(/^file:\/\/(?=\/)/, '');
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
