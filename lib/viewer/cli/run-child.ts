import { spawn } from 'node:child_process';
import type { Environment } from '../environment.js';

/** A command that was started. */
export interface RunningChild {
  /** Its exit code; 128 and more if a signal has ended it, as shells count. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};
/** A shell says 127 for a command that it does not find. */
const NOT_FOUND = 127;

/**
 * The environment in which an application sends its spans to the viewer, soon after they end. Every SDK of
 * OpenTelemetry reads these variables.
 */
export function childEnvironment(
  environment: Environment,
  port: number,
  token: string | undefined,
): Environment {
  return {
    ...environment,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_BSP_SCHEDULE_DELAY: '200',
    // By this, our library also reports spans that are running.
    NESTJS_TRACED_VIEWER: `http://localhost:${port}`,
    ...(token !== undefined && {
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${token}`)}`,
    }),
  };
}

/**
 * Starts a command with the terminal of this process.
 *
 * @param onError called with a sentence if the command cannot be started
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  environment: Environment,
  onError: (message: string) => void,
): RunningChild {
  const child = spawn(command, args, {
    env: environment,
    stdio: 'inherit',
    // Commands of packages, such as `nest`, are scripts there.
    shell: process.platform === 'win32',
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      onError(`${command} cannot be started: ${error.message}`);
      resolve(NOT_FOUND);
    });
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0));
    });
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}
