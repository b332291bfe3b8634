import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { start, stop } from '../child.js';

const require = createRequire(import.meta.url);
const COMMAND = join(
  dirname(require.resolve('nestjs-traced/package.json')),
  'dist/esm/viewer/cli/main.js',
);

/**
 * Starts the command of the viewer, as a user does, on a free port.
 *
 * @param args further arguments of the command
 * @returns its port, how long it took until it listened, and how to read its memory and to end it
 */
export async function startViewer({ args = [], limitMillis }) {
  const options = ['viewer', '--port', '0', '--no-grpc', '--no-open', ...args];
  const begun = performance.now();
  const child = start([COMMAND, ...options], { stdio: ['ignore', 'inherit', 'pipe'], limitMillis });
  const port = await new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const [, found] = /Traces: http:\/\/localhost:(\d+)/.exec(text) ?? [];
      if (found) resolve(Number(found));
    });
    child.once('exit', () => reject(new Error(`the viewer ended:\n${text}`)));
  });
  return {
    port,
    startMillis: performance.now() - begun,
    peakRssBytes: () => peakRssBytes(child.pid),
    cpuSeconds: () => cpuSeconds(child.pid),
    counts: async () => (await (await fetch(`http://127.0.0.1:${port}/api/viewer`)).json()).counts,
    stop: () => stop(child),
  };
}

/** The most memory that a process has had, as Linux tells it; NaN elsewhere. */
function peakRssBytes(pid) {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(kibibytes) * 1024;
  } catch {
    return Number.NaN;
  }
}

/** The processor time of all threads of a process so far, as Linux tells it; NaN elsewhere. */
function cpuSeconds(pid) {
  try {
    // Behind the name of the program, which may contain anything: user and system time in hundredths of seconds.
    const [, fields] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) / 100;
  } catch {
    return Number.NaN;
  }
}
