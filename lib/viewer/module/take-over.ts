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
/** A thread that has ended so often will end again. */
const MAX_RESTARTS = 3;

/** What a take-over needs. */
export interface TakeOverOptions {
  /** With the port that the viewer has. */
  readonly settings: ViewerSettings;
  readonly start: StartViewer;
  /** The viewer that this process hosts already; undefined if another process hosts it. */
  readonly hosted?: HostedViewer | undefined;
  /** Called when this process has begun to host the viewer. @param isAgain whether it did so before */
  readonly onHosted: (isAgain: boolean) => void;
  readonly diagnostics: Diagnostics;
  /** Whether the process runs on until the viewer is started again. @default false */
  readonly keepsProcess?: boolean;
  /** From 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Keeps a viewer on its port. It watches the viewer that another process hosts, and hosts one on the same port when
 * that process has ended. The port is the lock, so of several processes that watch, one hosts and the others go on
 * watching. Who sends spans to the port sends them again until somebody answers.
 *
 * If the thread of a viewer in this process ends by itself, it is started again in the same way, unless another
 * process was quicker: three times at most.
 */
export class TakeOver {
  readonly #options: TakeOverOptions;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #hosting: Promise<HostedViewer | undefined> | undefined;
  #failureCount = 0;
  #isClosed = false;

  constructor(options: TakeOverOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    if (options.hosted === undefined) this.#watch();
    else this.#keep(options.hosted);
  }

  /** Ends the watch, and closes the viewer if this process hosts it by now. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const hosted = await this.#hosting;
    await hosted?.close();
  }

  #watch(): void {
    this.#wait(WATCH_MILLIS * (0.75 + this.#random() / 2), () => void this.#look());
  }

  async #look(): Promise<void> {
    const { settings, keepsProcess } = this.#options;
    if (await isListening(settings.host, settings.port, keepsProcess)) {
      this.#watch();
      return;
    }
    this.#wait(this.#random() * MAX_HESITATION_MILLIS, () => {
      this.#hosting = this.#host();
    });
  }

  #wait(millis: number, next: () => void): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(next, millis);
    if (this.#options.keepsProcess !== true) this.#timer.unref();
  }

  /** @returns undefined if another process was quicker. Never rejects */
  async #host(): Promise<HostedViewer | undefined> {
    const { settings, start, onHosted, diagnostics } = this.#options;
    try {
      const hosted = await start(settings, this.#failureCount);
      if (!this.#isClosed) {
        onHosted(this.#failureCount > 0);
        this.#keep(hosted);
      }
      return hosted;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        diagnostics.report('The trace viewer could not take over its port', error);
      }
      this.#watch();
      return undefined;
    }
  }

  #keep(hosted: HostedViewer): void {
    this.#hosting = Promise.resolve(hosted);
    void hosted.failed?.then((reason) => this.#lose(reason));
  }

  #lose(reason: unknown): void {
    if (this.#isClosed) return;
    const { diagnostics } = this.#options;
    this.#hosting = undefined;
    this.#failureCount++;
    diagnostics.report(
      'The thread of the trace viewer has ended; it is started again, without what its journal does not have',
      reason,
    );
    if (this.#failureCount <= MAX_RESTARTS) {
      this.#watch();
      return;
    }
    diagnostics.say(
      `The thread of the trace viewer has ended ${this.#failureCount} times. This process starts no viewer any more.`,
    );
  }
}

/** The settings by which the viewer of a port is started there again. */
export function settingsOnPort(settings: ViewerSettings, port: number): ViewerSettings {
  // The journal of a port that nobody asked for would not be found again.
  return { ...settings, port, persist: settings.persist && settings.port !== 0 };
}

/** Says that this process hosts the viewer of a port. @param isAgain whether it did so before */
export function hostedLine(port: number, isAgain: boolean): string {
  return `Traces: http://localhost:${port} (${isAgain ? 'started again' : 'from now on in this process'})`;
}

/**
 * Whether a server listens on a port of this machine. It does not ask by HTTP, which the tracing of the
 * application would see. A server that is too busy to answer listens.
 *
 * @param keepsProcess whether the process runs until the answer is there
 */
export function isListening(host: string, port: number, keepsProcess = false): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: reachableAddress(host), port });
    if (!keepsProcess) socket.unref();
    socket.setTimeout(CONNECT_TIMEOUT_MILLIS, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve(false);
    });
    socket.once('close', () => resolve(true));
  });
}
