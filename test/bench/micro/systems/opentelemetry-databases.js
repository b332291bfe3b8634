import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { TypeormInstrumentation } from '@opentelemetry/instrumentation-typeorm';
import * as queries from '../query-cases.js';
import { startSampled } from './opentelemetry.js';

/** OpenTelemetry's instrumentations with the options that they have by default. */
function instrumented(instrumentation) {
  const started = startSampled();
  registerInstrumentations({ instrumentations: [instrumentation] });
  return started;
}

export const pgQuery = () => queries.pgQuery(instrumented(new PgInstrumentation()));
export const typeormQuery = () => queries.typeormQuery(instrumented(new TypeormInstrumentation()));
