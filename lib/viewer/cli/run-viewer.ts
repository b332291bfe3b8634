import { Diagnostics } from '../../diagnostics.js';
import type { Environment } from '../environment.js';
import { type FoundViewer, hostOrJoin, type StartViewer } from '../module/host-or-join.js';
import { startInProcess } from '../module/start-in-process.js';
import { TakeOver } from '../module/take-over.js';
import { checkViewerOptions, type ViewerSettings } from '../module/viewer-options.js';
import type { TraceStore } from '../store/trace-store.js';
import type { ViewerCommand } from './arguments.js';
import { openBrowser } from './open-browser.js';
import { readTraceFile } from './read-files.js';
import { childEnvironment, type RunningChild, runChild } from './run-child.js';
import type { Terminal } from './terminal.js';

/** What the command needs besides its arguments. */
export interface ViewerRun {
  readonly terminal: Terminal;
  readonly environment: Environment;
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
  let store: TraceStore | undefined;
  const diagnostics = new Diagnostics({ warn: (message) => terminal.err(message) });
  let found: FoundViewer;
  const start: StartViewer = async (each) => {
    const hosted = await startInProcess(each, diagnostics, true);
    store = hosted.store;
    return hosted;
  };
  try {
    found = await hostOrJoin(settings, start);
  } catch (error) {
    terminal.err(`The viewer cannot listen: ${(error as Error).message}`);
    return 1;
  }
  const { port } = found;
  const onHosted = (): void =>
    terminal.err(`Traces: http://localhost:${port} (from now on in this process)`);
  const takeOver =
    found.hosted === undefined && command.child.length > 0
      ? new TakeOver({ settings: { ...settings, port }, start, onHosted, diagnostics })
      : undefined;
  try {
    return await serve(command, run, settings, found, store);
  } finally {
    await takeOver?.close();
    await found.hosted?.close();
  }
}

async function serve(
  { files, child, opensBrowser }: ViewerCommand,
  { terminal, environment, onSignal }: ViewerRun,
  settings: ViewerSettings,
  { port, hosted, holder }: FoundViewer,
  store: TraceStore | undefined,
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
      terminal.err(await readTraceFile(file, store as TraceStore));
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
