import { Diagnostics } from '../../diagnostics.js';
import type { Environment } from '../environment.js';
import { type FoundViewer, type HostedViewer, hostOrJoin } from '../module/host-or-join.js';
import { hostedLine, settingsOnPort, TakeOver } from '../module/take-over.js';
import { threadOrProcess } from '../module/thread-or-process.js';
import { checkViewerOptions, type ViewerSettings } from '../module/viewer-options.js';
import type { ViewerCommand } from './arguments.js';
import { openBrowser } from './open-browser.js';
import { childEnvironment, type RunningChild, runChild } from './run-child.js';
import type { Terminal } from './terminal.js';

/** What the command needs besides its arguments. */
export interface ViewerRun {
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** The file of the thread for the viewer; empty if there is none. */
  readonly workerFile: string;
  /** Calls back for each signal that asks the process to end. */
  onSignal(listener: (signal: NodeJS.Signals) => void): void;
}

/** Runs the command `viewer` until it is asked to end. @returns the exit code */
export async function runViewer(command: ViewerCommand, run: ViewerRun): Promise<number> {
  const { terminal } = run;
  let settings: ViewerSettings;
  try {
    settings = checkViewerOptions('viewer', command.options);
  } catch (error) {
    terminal.err((error as Error).message);
    return 2;
  }
  const diagnostics = new Diagnostics({ warn: (message) => terminal.err(message) });
  const start = threadOrProcess({
    workerFile: run.workerFile,
    diagnostics,
    keepsProcess: true,
    // The command has nothing else to do on its event loop.
    onNoWorker: () => {},
  });
  let found: FoundViewer;
  try {
    found = await hostOrJoin(settings, start);
  } catch (error) {
    terminal.err(`The viewer cannot listen: ${(error as Error).message}`);
    return 1;
  }
  const { port, hosted } = found;
  const takeOver =
    hosted === undefined && command.child.length === 0
      ? undefined
      : new TakeOver({
          settings: settingsOnPort(settings, port),
          start,
          hosted,
          onHosted: (isAgain) => terminal.err(hostedLine(port, isAgain)),
          diagnostics,
          // A command that has ended leaves nothing to stay for, unless this process hosts its traces.
          keepsProcess: hosted !== undefined,
        });
  try {
    return await serve(command, run, settings, found);
  } finally {
    await takeOver?.close();
  }
}

async function serve(
  { files, child, opensBrowser }: ViewerCommand,
  { terminal, environment, onSignal }: ViewerRun,
  settings: ViewerSettings,
  { port, hosted, holder }: FoundViewer,
): Promise<number> {
  const address = `http://localhost:${port}`;
  if (hosted === undefined && files.length > 0) {
    terminal.err(`Another viewer has the port ${port}. Give another --port for files.`);
    return 1;
  }
  if (port !== settings.port && settings.port !== 0) {
    const reason = holder === 'other-token' ? 'has a viewer with another token' : 'is in use';
    terminal.err(`Port ${settings.port} ${reason}, so this viewer uses port ${port}.`);
  }
  for (const file of files) {
    try {
      // Without a viewer in this process there are no files.
      terminal.err(await (hosted as HostedViewer).readFile(file));
    } catch (error) {
      terminal.err((error as Error).message);
      return 1;
    }
  }
  terminal.err(`Traces: ${address}${hosted === undefined ? ' (in another process)' : ''}`);
  const page =
    settings.token === undefined ? address : `${address}/?t=${encodeURIComponent(settings.token)}`;
  if (opensBrowser && terminal.isInteractive) openBrowser(page);
  const asked = new Promise<void>((resolve) => onSignal(() => resolve()));
  if (child.length === 0) {
    // Another process shows the traces: there is nothing to stay for.
    if (hosted !== undefined) await asked;
    return 0;
  }
  const variables = childEnvironment(environment, port, settings.token);
  const running = runChild(child, variables, (message) => terminal.err(message));
  return endOfChild(running, onSignal, terminal, hosted === undefined ? undefined : asked);
}

/** Hands signals on to the command, and stays open for a person who looks at its traces after its end. */
async function endOfChild(
  running: RunningChild,
  onSignal: ViewerRun['onSignal'],
  terminal: Terminal,
  asked: Promise<void> | undefined,
): Promise<number> {
  let isAsked = false;
  onSignal((signal) => {
    // Who asks twice does not want to wait.
    running.kill(isAsked ? 'SIGKILL' : signal);
    isAsked = true;
  });
  const code = await running.ended;
  if (isAsked || asked === undefined || !terminal.isInteractive) return code;
  terminal.err(
    `The command has ended with code ${code}. The viewer is open until you press Ctrl+C.`,
  );
  await asked;
  return code;
}
