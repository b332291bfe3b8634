import { Traced, TracingModule } from 'nestjs-traced';
import { TracingViewerModule } from 'nestjs-traced/viewer';
import { settings } from './ours.js';

/** nestjs-traced without an exporter of its own, and the trace viewer in a thread of the process. */
const { exporter, ...rest } = settings;

export const imports = [
  TracingModule.forRoot(rest),
  TracingViewerModule.forRoot({ enabled: true, port: 0, grpcPort: false }),
];
export const tracedMethod = Traced();
export { flush } from './ours.js';
