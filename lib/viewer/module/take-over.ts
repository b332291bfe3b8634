import { connect } from 'node:net';
import type { Diagnostics } from '../../diagnostics.js';
import type { HostedViewer, StartViewer } from './host-or-join.js';
import { reachableAddress } from './probe-viewer.js';
import type { ViewerSettings } from './viewer-options.js';

/** How often the port is looked at; a quarter more or less, by chance. */
const WATCH_MILLIS = 1_000;
/** Of several processes that find the port free, one is quicker by chance. */
const MAX_HESITATION_MILLIS = 250;
const CONNECT_TIMEOUT_MILLIS = 1_000;

/** What a take-over needs. */
export interface TakeOverOptions {
  /** With the port that another process has. */
  readonly settings: ViewerSettings;
  readonly start: StartViewer;
  /** Called once when this process hosts the viewer. */
  readonly onHosted: () => void;
  readonly diagnostics: Diagnostics;
  /** From 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Watches the viewer that another process hosts, and hosts one on the same port when that process has ended. The
 * port is the lock, so of several processes that watch, one hosts and the others go on watching. Who sends spans
 * to the port sends them again until somebody answers.
 *
 * It does not keep the process alive.
 */
export class TakeOver {
  readonly #options: TakeOverOptions;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #hosting: Promise<HostedViewer | undefined> | undefined;
  #isClosed = false;

  constructor(options: TakeOverOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#watch();
  }

  /** Ends the watch, and closes the viewer if this process hosts it by now. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const hosted = await this.#hosting;
    await hosted?.close();
  }

  #watch(): void {
    if (this.#isClosed) return;
    const waitMillis = WATCH_MILLIS * (0.75 + this.#random() / 2);
    this.#timer = setTimeout(() => void this.#look(), waitMillis).unref();
  }

  async #look(): Promise<void> {
    const { host, port } = this.#options.settings;
    if (await isListening(host, port)) {
      this.#watch();
      return;
    }
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#hosting = this.#host();
    }, this.#random() * MAX_HESITATION_MILLIS).unref();
  }

  /** @returns undefined if another process was quicker. Never rejects */
  async #host(): Promise<HostedViewer | undefined> {
    const { settings, start, onHosted, diagnostics } = this.#options;
    try {
      const hosted = await start(settings);
      if (!this.#isClosed) onHosted();
      return hosted;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        diagnostics.report('The trace viewer could not take over its port', error);
      }
      this.#watch();
      return undefined;
    }
  }
}

/**
 * Whether a server listens on a port of this machine. It does not ask by HTTP, which the tracing of the
 * application would see. A server that is too busy to answer listens.
 */
export function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: reachableAddress(host), port });
    socket.unref();
    socket.setTimeout(CONNECT_TIMEOUT_MILLIS, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve(false);
    });
    socket.once('close', () => resolve(true));
  });
}
