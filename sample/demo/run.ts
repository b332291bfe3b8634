import { parseArgs } from 'node:util';
import { runDemo } from './runner/run-demo.js';
import { showInViewer } from './runner/show-in-viewer.js';

const DEADLINE_MILLIS = 20_000;

const print = (...lines: string[]): void => {
  for (const line of lines) console.log(line);
};

async function runWithDeadline(): Promise<boolean> {
  const deadline = setTimeout(() => {
    console.error(`The demo did not end within ${DEADLINE_MILLIS} ms`);
    process.exit(1);
  }, DEADLINE_MILLIS);
  try {
    return await runDemo(print);
  } finally {
    clearTimeout(deadline);
  }
}

try {
  const { values } = parseArgs({
    options: { viewer: { type: 'boolean' }, port: { type: 'string' } },
  });
  if (values.viewer) await showInViewer(print, values.port);
  else process.exitCode = (await runWithDeadline()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
