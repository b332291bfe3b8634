import type { ViewerSettings } from './viewer-options.js';

/** What the thread of a viewer is started with. */
export interface WorkerInput {
  readonly kind: 'nestjs-traced viewer';
  /** The version of the library that has started it. */
  readonly version: string;
  readonly settings: ViewerSettings;
  /** How often a thread before it has ended by itself. */
  readonly restartCount: number;
}

/** What the thread says. */
export type WorkerMessage =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined }
  /** For the log of the application. */
  | { readonly type: 'report'; readonly message: string }
  /** The answer to `read`: what was read, or why nothing was. */
  | {
      readonly type: 'read';
      readonly path: string;
      readonly isRead: boolean;
      readonly text: string;
    };

/** What the thread is told. */
export type WorkerCommand =
  | { readonly type: 'close' }
  | { readonly type: 'read'; readonly path: string };
