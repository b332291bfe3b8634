import { setTimeout } from 'node:timers/promises';
import { createTracing } from 'nestjs-traced';

// Starts a span, never ends it, and has nothing to do after a second.
const tracing = createTracing({ registerGlobally: false });
const span = tracing.tracer.startSpan('unended', { attributes: { password: 'secret' } });
await setTimeout(1_000);
span.setAttribute('later', true);
