import { createRequire } from 'node:module';
import { ConsoleLogger } from '@nestjs/common';
import { insideParent } from './span-cases.js';
import { CALLS } from './subjects.js';

/**
 * The cases about log lines: one line with a message and a number, inside an active span and outside of any. What
 * is written goes into a buffer, as it does before a file or a pipe gets it, because a text that nobody reads would
 * stay in the pieces that it was made of. The last line must have the ids of the span, or none.
 *
 * @param start returns `{ tracer }`, with which the span is started
 * @param wrapConsole returns the logger that an application uses in place of a `ConsoleLogger`
 * @param createPino returns a logger of pino that writes to a destination
 * @param hasIds whether lines inside a span have the ids of the span
 */
export function logCases(start, { wrapConsole, createPino, hasIds = true }) {
  const console = (options) => () => {
    const logger = wrapConsole(new ConsoleLogger({ colors: false, ...options }));
    return { output: standardOutput(), log: (count) => logger.log('created', { count }, 'Orders') };
  };
  const pino = () => {
    const output = buffered();
    const logger = createPino(output);
    return { output, log: (count) => logger.info({ count }, 'created') };
  };
  const inside = (create) => () => {
    const { tracer } = start();
    const { log, output } = create();
    return lines(insideParent(tracer, repeat), log, output, hasIds);
  };
  const outside = (create) => () => {
    start();
    const { log, output } = create();
    return lines(repeat, log, output, false);
  };
  return {
    logLineJson: inside(console({ json: true })),
    logLineJsonOutside: outside(console({ json: true })),
    logLineText: inside(console({})),
    logLineTextOutside: outside(console({})),
    logLinePino: inside(pino),
    logLinePinoOutside: outside(pino),
  };
}

/** Requires pino when a case needs it: an instrumentation must be there before it. */
export function requirePino() {
  return createRequire(import.meta.url)('pino');
}

function lines(repeatLines, log, output, hasIds) {
  return {
    operations: CALLS,
    run: () => repeatLines(log, CALLS),
    verify() {
      output.end?.();
      const found = /[0-9a-f]{32}.*[0-9a-f]{16}/.test(output.last());
      if (!output.last().includes('created') || found !== hasIds) {
        throw new Error(`a line has ${found ? 'ids' : 'no ids'}: ${output.last()}`);
      }
    },
  };
}

function repeat(log, count) {
  for (let turn = 0; turn < count; turn++) log(turn);
}

function buffered() {
  const buffer = Buffer.alloc(4096);
  let length = 0;
  return {
    write(line) {
      length = buffer.write(line);
      return true;
    },
    last: () => buffer.toString('utf8', 0, length),
  };
}

/** Takes the place of the standard output, to which the probe itself writes at the end. */
function standardOutput() {
  const output = buffered();
  const own = Object.getOwnPropertyDescriptor(process.stdout, 'write');
  process.stdout.write = output.write;
  return {
    ...output,
    end() {
      if (own === undefined) delete process.stdout.write;
      else Object.defineProperty(process.stdout, 'write', own);
    },
  };
}
