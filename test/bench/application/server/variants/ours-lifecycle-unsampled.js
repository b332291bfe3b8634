import { AlwaysOffSampler, ParentBasedSampler, Traced, TracingModule } from 'nestjs-traced';
import { settings } from './ours.js';

/** As `ours-lifecycle`, with a sampler that refuses every trace. */
export const imports = [
  TracingModule.forRoot({
    ...settings,
    lifecycle: 'all',
    sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  }),
];
export const tracedMethod = Traced();
export { flush } from './ours.js';
