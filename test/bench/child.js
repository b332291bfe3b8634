import { spawn } from 'node:child_process';
import { once } from 'node:events';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/**
 * Starts a child that never outlives this process nor its own limit.
 *
 * @param args Node's arguments, or another `command`'s
 * @param options.core the core to pin it to; any where undefined, or where nothing can pin
 * @param options.limitMillis after which it is killed
 */
export function start(
  args,
  { core, limitMillis = 60_000, command = process.execPath, ...rest } = {},
) {
  const pinned = core !== undefined && canPin;
  const child = pinned
    ? spawn('taskset', ['-c', String(core), command, ...args], rest)
    : spawn(command, args, rest);
  running.add(child);
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMillis);
  child.once('exit', () => {
    clearTimeout(limit);
    running.delete(child);
  });
  return child;
}

/** Runs a child to its end and hands back what it printed. */
export async function output(args, options = {}) {
  const child = start(args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) {
    throw new Error(`${args.join(' ')} ended with ${signal ?? code}:\n${stderr.slice(-2000)}`);
  }
  return stdout;
}

/** The next message of a child, or a failure when it ends without one. */
export function message(child) {
  return new Promise((resolve, reject) => {
    const ended = (code, signal) => reject(new Error(`a child ended with ${signal ?? code}`));
    child.once('exit', ended);
    child.once('message', (received) => {
      child.off('exit', ended);
      resolve(received);
    });
  });
}

/** The answer of a child to a question. */
export function ask(child, question) {
  const answer = message(child);
  child.send(question);
  return answer;
}

/** Ends a child and waits for its end. */
export async function stop(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

export async function has(command, args) {
  try {
    const child = spawn(command, args, { stdio: 'ignore' });
    await once(child, 'close');
    return true;
  } catch {
    return false;
  }
}

const canPin = await has('taskset', ['--version']);
