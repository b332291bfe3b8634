#!/usr/bin/env node
import { readEnvironment } from '../environment.js';
import { runCommandLine } from './command-line.js';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

void runCommandLine(process.argv.slice(2), {
  terminal: {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    isInteractive: process.stdout.isTTY === true && process.stderr.isTTY === true,
  },
  environment: readEnvironment(),
  onSignal: (listener) => {
    for (const signal of SIGNALS) process.on(signal, () => listener(signal));
  },
}).then((code) => {
  process.exitCode = code;
});
