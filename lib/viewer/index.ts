/** The entry point `nestjs-traced/viewer`: the trace viewer of an application. */
export { TracingViewerModule } from './module/viewer.module.js';
export type { TracingViewerOptions } from './module/viewer-options.js';
