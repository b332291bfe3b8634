import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import * as clients from '../client-cases.js';
import { startSampled } from './opentelemetry.js';

/** OpenTelemetry's instrumentations with the options that they have by default. */
function instrumented(instrumentation) {
  const started = startSampled();
  registerInstrumentations({ instrumentations: [instrumentation] });
  return started;
}

export const fetchRequest = () => clients.fetchRequest(instrumented(new UndiciInstrumentation()));
export const httpRequest = () => clients.httpRequest(instrumented(new HttpInstrumentation()));
