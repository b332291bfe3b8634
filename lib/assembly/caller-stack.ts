/** Number of frames to capture. The first frames are those of this library, and are removed. */
const CAPTURED_FRAMES = 30;
const MAX_FRAMES = 5;

/** Folder of this library as stack traces show it; undefined before the first stack is captured. */
let ownFolder: string | undefined;

/**
 * Returns the first lines of the stack that belong neither to this library nor to Node, such as
 * `at OrdersService.place (/app/orders.service.js:12:7)`. In the bundle of an application, the lines of
 * this library cannot be recognised and are included.
 */
export function callerStack(): string[] {
  const lines = captureLines();
  const foreign = lines.filter(isForeign);
  return (foreign.length > 0 ? foreign : lines).slice(0, MAX_FRAMES);
}

/** Returns the lines of {@link callerStack}, and none where only this library and Node are on the stack. */
export function foreignCallerStack(): string[] {
  return captureLines().filter(isForeign).slice(0, MAX_FRAMES);
}

function captureLines(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = CAPTURED_FRAMES;
  // Formatted immediately: an unformatted stack keeps references to the receivers of its frames.
  const { stack } = new Error('');
  Error.stackTraceLimit = stackTraceLimit;
  // A custom `Error.prepareStackTrace` can return any value.
  const lines = (typeof stack === 'string' ? stack.split('\n') : [])
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
  ownFolder ??= folderOf(lines[0] ?? '');
  return lines;
}

function isForeign(line: string): boolean {
  const isOwn = ownFolder !== undefined && ownFolder !== '' && line.includes(ownFolder);
  return !isOwn && !line.includes('node:');
}

/** The place of this file in the sources and in the package, in a line of a stack; the folder comes first. */
const OWN_FILE =
  /((?:\/|[a-z]+:|[A-Z]:\\).*[/\\])(?:assembly[/\\]caller-stack\.[cm]?[jt]s|code[/\\]shared-[\w-]+\.js)/;

/**
 * Returns the folder of the library, with a trailing slash: `lib`, or `dist` with the files of the
 * package. Returns an empty string in the bundle of an application.
 */
function folderOf(ownLine: string): string {
  return OWN_FILE.exec(ownLine)?.[1] ?? '';
}
