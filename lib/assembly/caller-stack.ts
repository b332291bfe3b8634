/** Number of frames to capture. The first frames are those of this library, and are removed. */
const CAPTURED_FRAMES = 30;
const MAX_FRAMES = 5;

/** Folder of this library as stack traces show it; undefined before the first stack is captured. */
let ownFolder: string | undefined;

/**
 * Returns the first lines of the stack that belong neither to this library nor to Node, such as
 * `at OrdersService.place (/app/orders.service.js:12:7)`. In a bundle, the lines of this library cannot
 * be recognised and are included.
 */
export function callerStack(): string[] {
  const lines = captureLines();
  ownFolder ??= folderOf(lines[0] ?? '');
  const folder = ownFolder;
  const foreign = lines.filter(
    (line) => !line.includes('node:') && (folder === '' || !line.includes(folder)),
  );
  return (foreign.length > 0 ? foreign : lines).slice(0, MAX_FRAMES);
}

function captureLines(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = CAPTURED_FRAMES;
  // Formatted immediately: an unformatted stack keeps references to the receivers of its frames.
  const { stack } = new Error('');
  Error.stackTraceLimit = stackTraceLimit;
  // A custom `Error.prepareStackTrace` can return any value.
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
}

/** Returns the parent folder of this file's folder, with a trailing slash; an empty string in a bundle. */
function folderOf(ownLine: string): string {
  const [, folder = ''] =
    /((?:\/|[a-z]+:|[A-Z]:\\).*[/\\])assembly[/\\]caller-stack\.[cm]?[jt]s/.exec(ownLine) ?? [];
  return folder;
}
