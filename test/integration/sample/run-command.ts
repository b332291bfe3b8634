import { spawn } from 'node:child_process';

/** How a command ended, and what it said. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a folder, without a terminal; resolves when it has ended, however it did. */
export function run(
  folder: string,
  program: string,
  ...args: readonly string[]
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: environmentWithoutTests(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** Returns the environment without the settings of the test runner and of tracing. */
export function environmentWithoutTests(): NodeJS.ProcessEnv {
  const variables = Object.entries(process.env).filter(
    ([name]) =>
      !/^(OTEL_|JEST_|VITEST|NODE_TEST_CONTEXT$|NODE_ENV$|NODE_OPTIONS$|FORCE_COLOR$)/.test(name),
  );
  return Object.fromEntries(variables);
}
