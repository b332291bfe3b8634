/** Frames to capture: those of this library stand above those of interest. */
const CAPTURED_FRAMES = 30;
const MAX_FRAMES = 5;

/** Where this library lies, as stacks write it; undefined until it was looked for. */
let ownFolder: string | undefined;

/**
 * Who called this library: the nearest lines of the stack that are neither its own nor Node's, such as
 * `at OrdersService.place (/app/orders.service.js:12:7)`. In a bundle, where nobody can tell whose a
 * line is, the lines that are there.
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
  // Made into text at once: an unformatted stack holds on to the objects whose methods are in it.
  const { stack } = new Error('');
  Error.stackTraceLimit = stackTraceLimit;
  // A `prepareStackTrace` of somebody else may have made anything of it.
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
}

/** The folder above that of this file, with a slash at its end; empty in a bundle. */
function folderOf(ownLine: string): string {
  const [, folder = ''] =
    /((?:\/|[a-z]+:|[A-Z]:\\).*[/\\])assembly[/\\]caller-stack\.[cm]?[jt]s/.exec(ownLine) ?? [];
  return folder;
}
