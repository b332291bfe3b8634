import { userInfo } from 'node:os';
import { basename } from 'node:path';
import type { Attributes } from '@opentelemetry/api';

// Semantic conventions 1.45.0, `docs/resource/process.md`.
const PROCESS_PID = 'process.pid';
const PROCESS_EXECUTABLE_NAME = 'process.executable.name';
const PROCESS_EXECUTABLE_PATH = 'process.executable.path';
const PROCESS_COMMAND = 'process.command';
const PROCESS_OWNER = 'process.owner';
const PROCESS_RUNTIME_NAME = 'process.runtime.name';
const PROCESS_RUNTIME_VERSION = 'process.runtime.version';
const PROCESS_RUNTIME_DESCRIPTION = 'process.runtime.description';

/** Describes the process, without its arguments: they can contain secrets. */
export function detectProcess(): Attributes {
  return {
    [PROCESS_PID]: process.pid,
    [PROCESS_EXECUTABLE_NAME]: basename(process.execPath),
    [PROCESS_EXECUTABLE_PATH]: process.execPath,
    [PROCESS_COMMAND]: process.argv[1],
    [PROCESS_OWNER]: owner(),
    [PROCESS_RUNTIME_NAME]: 'nodejs',
    [PROCESS_RUNTIME_VERSION]: process.versions.node,
    [PROCESS_RUNTIME_DESCRIPTION]: 'Node.js',
  };
}

/** A user id without an entry in the list of users, as containers have it, makes `userInfo` throw. */
function owner(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
