import type { PartTypes, TracingParts, TracingSettings } from '../assembly/index.js';
import type { TracingPart } from './tracing-part.js';

/** Options of `TracingModule.forRoot`: each part an instance, a class, or the shape of a provider. */
export interface TracingOptions
  extends TracingSettings,
    TracingParts<{ [K in keyof PartTypes]: TracingPart<PartTypes[K]> }> {}
