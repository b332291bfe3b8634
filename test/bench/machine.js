import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { threadTimeSource } from './micro/thread-time.js';

/** What a reader must know of the machine to compare figures; nothing that names it. */
export function machine() {
  return {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threadTimeSource,
    // What else was going on: on a busy machine ranges are wide, and requests a second mean little.
    loadBefore: loadavg()[0],
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
  };
}

function commit() {
  try {
    const git = (...args) =>
      execFileSync('git', ['--no-optional-locks', ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim();
    const head = git('rev-parse', '--short=10', 'HEAD');
    return git('status', '--porcelain', 'lib') === '' ? head : `${head} with changes`;
  } catch {
    return 'none';
  }
}
