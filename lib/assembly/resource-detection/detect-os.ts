import { release } from 'node:os';
import type { Attributes } from '@opentelemetry/api';

// Semantic conventions 1.45.0, `docs/resource/os.md`.
const OS_TYPE = 'os.type';
const OS_VERSION = 'os.version';

/** The names of systems that differ from those of Node. */
const TYPES: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };

/** Describes the operating system. The version is that of its kernel, as OpenTelemetry's detector has it. */
export function detectOs(): Attributes {
  return {
    [OS_TYPE]: TYPES[process.platform] ?? process.platform,
    [OS_VERSION]: release(),
  };
}
