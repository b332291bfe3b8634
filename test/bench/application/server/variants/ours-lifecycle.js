import { Traced, TracingModule } from 'nestjs-traced';
import { settings } from './ours.js';

/** As `ours`, with spans for everything that Nest calls for a request. */
export const imports = [TracingModule.forRoot({ ...settings, lifecycle: 'all' })];
export const tracedMethod = Traced();
export { flush } from './ours.js';
