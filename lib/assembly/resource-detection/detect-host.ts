import { hostname } from 'node:os';
import type { Attributes } from '@opentelemetry/api';
import type { DetectionSource } from './detection-source.js';

// Semantic conventions 1.45.0, `docs/resource/host.md`.
const HOST_NAME = 'host.name';
const HOST_ARCH = 'host.arch';
const HOST_ID = 'host.id';

/** The names of architectures that differ from those of Node. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm: 'arm32',
  ia32: 'x86',
  ppc: 'ppc32',
};
/** Those of systemd and D-Bus. Other systems tell the id by a command only. */
const MACHINE_ID_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'];
const MACHINE_ID = /^[0-9a-f]{32}$/;

/** Describes the host, which for a container is the container, apart from the id of the machine. */
export function detectHost({ readFile }: DetectionSource): Attributes {
  return {
    [HOST_NAME]: hostname(),
    [HOST_ARCH]: ARCHITECTURES[process.arch] ?? process.arch,
    [HOST_ID]: machineId(readFile),
  };
}

function machineId(readFile: DetectionSource['readFile']): string | undefined {
  if (process.platform !== 'linux') return undefined;
  for (const path of MACHINE_ID_FILES) {
    const id = readFile(path)?.trim();
    if (id !== undefined && MACHINE_ID.test(id)) return id;
  }
  return undefined;
}
