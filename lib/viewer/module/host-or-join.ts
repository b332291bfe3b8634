import { type PortHolder, probeViewer } from './probe-viewer.js';
import type { ViewerSettings } from './viewer-options.js';

/** A viewer that this process hosts. */
export interface HostedViewer {
  readonly port: number;
  /** Resolves with the reason if the thread of the viewer ends by itself. A viewer without a thread has none. */
  readonly failed?: Promise<unknown>;
  /**
   * Reads a file of traces.
   *
   * @returns what was read, as a sentence
   * @throws Error by rejection if the file cannot be read, or is of another format
   */
  readFile(path: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts a viewer.
 *
 * @param restartCount how often it was started before in this process, because its thread has ended. @default 0
 * @throws Error with the code `EADDRINUSE` if the port is taken
 */
export type StartViewer = (
  settings: ViewerSettings,
  restartCount?: number,
) => Promise<HostedViewer>;

/** Where the spans of the application go. */
export interface FoundViewer {
  readonly port: number;
  /** The viewer of this process; undefined if another process hosts it. */
  readonly hosted: HostedViewer | undefined;
  /** Who has the port that was wanted; undefined if this process has it. */
  readonly holder: PortHolder | undefined;
}

/** The ports that are tried after the wanted one. */
const MAX_NEXT_PORTS = 20;
const MAX_PORT = 65_535;

/**
 * Hosts the viewer on the wanted port; joins the viewer that has the port already; or takes the next free
 * port if another program has it. The port is the lock: of several services that start at once, one hosts.
 *
 * @throws Error if none of the ports is free, or if the address cannot be used
 */
export async function hostOrJoin(
  settings: ViewerSettings,
  start: StartViewer,
  probe: typeof probeViewer = probeViewer,
): Promise<FoundViewer> {
  let holder: PortHolder | undefined;
  for (let port = settings.port; ; port++) {
    try {
      const hosted = await start({ ...settings, port });
      return { port: hosted.port, hosted, holder };
    } catch (error) {
      const isLast = port >= Math.min(settings.port + MAX_NEXT_PORTS, MAX_PORT);
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || isLast) throw error;
    }
    const holderOfPort = await probe({ ...settings, port });
    if (holderOfPort === 'viewer') return { port, hosted: undefined, holder: holder ?? 'viewer' };
    holder ??= holderOfPort;
  }
}
