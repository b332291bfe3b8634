import { TracingModule } from 'nestjs-traced';
import { settings } from './ours.js';

/** As `ours`, but nothing is decorated: the module traces the methods of all providers. */
export const imports = [TracingModule.forRoot({ ...settings, providers: true })];
export const tracedMethod = undefined;
export { flush } from './ours.js';
