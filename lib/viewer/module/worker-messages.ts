import type { ViewerSettings } from './viewer-options.js';

/** What the thread of a viewer is started with. */
export interface WorkerInput {
  readonly kind: 'nestjs-traced viewer';
  /** The version of the library that has started it. */
  readonly version: string;
  readonly settings: ViewerSettings;
}

/** What the thread says. */
export type WorkerMessage =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined }
  /** For the log of the application. */
  | { readonly type: 'report'; readonly message: string };

/** What the thread is told. */
export type WorkerCommand = 'close';
