import { VERSION } from '../../version.js';
import { readArguments, USAGE } from './arguments.js';
import { printTrace } from './print-trace.js';
import { runViewer, type ViewerRun } from './run-viewer.js';

/** Runs a command line. @returns the exit code: 2 for a mistake in the arguments */
export async function runCommandLine(args: readonly string[], run: ViewerRun): Promise<number> {
  const command = readArguments(args);
  const { terminal } = run;
  switch (command.name) {
    case 'help':
      terminal.out(USAGE.trimEnd());
      return 0;
    case 'version':
      terminal.out(VERSION);
      return 0;
    case 'mistake':
      terminal.err(`${command.message}\n\n${USAGE.trimEnd()}`);
      return 2;
    case 'trace':
      return printTrace(command, terminal);
    case 'viewer':
      return runViewer(command, run);
  }
}
