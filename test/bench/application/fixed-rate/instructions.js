import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { start } from '../../child.js';

const EVENT = 'instructions:u';
const FORMAT = ['stat', '-x', ';', '-e', EVENT];
const LIMIT_MILLIS = 120_000;

/** Whether the machine counts the instructions of a process; most virtual machines do not. */
export const countsInstructions = (() => {
  const { stderr } = spawnSync('perf', [...FORMAT, 'true'], { encoding: 'utf8' });
  return readCount(stderr) !== undefined;
})();

/**
 * Counts the instructions that a process executes outside of the kernel.
 *
 * @returns a function that ends the counting and gives the count; it gives undefined where nothing counts
 */
export function startCounting(pid) {
  if (!countsInstructions) return async () => undefined;
  const perf = start([...FORMAT, '-p', String(pid)], {
    command: 'perf',
    stdio: ['ignore', 'ignore', 'pipe'],
    limitMillis: LIMIT_MILLIS,
  });
  let printed = '';
  perf.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  return async () => {
    const closed = once(perf, 'close');
    perf.kill('SIGINT');
    await closed;
    return readCount(printed);
  };
}

/**
 * Some processors have cores of two kinds, with a line for each.
 *
 * @returns undefined where the count is missing, such as in `<not supported>;;instructions:u`
 */
function readCount(printed) {
  const counts = (printed ?? '')
    .split('\n')
    .filter((line) => line.includes('instructions'))
    .map((line) => Number(line.split(';')[0]))
    .filter((count) => !Number.isNaN(count));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
