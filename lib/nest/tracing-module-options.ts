import type { PartTypes, TracingParts, TracingSettings } from '../assembly/index.js';
import type { TracingPart } from './tracing-part.js';

/** Options of `TracingModule.forRoot`. Each part is an instance, a class, or a provider without its token. */
export interface TracingOptions
  extends TracingSettings,
    TracingParts<{ [K in keyof PartTypes]: TracingPart<PartTypes[K]> }> {
  /**
   * True makes a trace of each start of the application: the lifecycle hooks, with the work that they do, and the
   * servers that begin to listen.
   * @default false
   */
  readonly bootstrap?: boolean;
}
