#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../environment.js';
import { runCommandLine } from './command-line.js';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Beside this file. Only the path of the program says where that is, in both formats of modules. */
function workerFile(): string {
  const [, program = ''] = process.argv;
  try {
    return realpathSync(join(realpathSync(program), '../../worker.js'));
  } catch {
    return '';
  }
}

void runCommandLine(process.argv.slice(2), {
  terminal: {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    isInteractive: process.stdout.isTTY === true && process.stderr.isTTY === true,
  },
  environment: readEnvironment(),
  workerFile: workerFile(),
  onSignal: (listener) => {
    for (const signal of SIGNALS) process.on(signal, () => listener(signal));
  },
}).then((code) => {
  process.exitCode = code;
});
