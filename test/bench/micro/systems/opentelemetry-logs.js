import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { logCases, requirePino } from '../log-cases.js';
import { startSampled } from './opentelemetry.js';

/** OpenTelemetry's instrumentation of pino, which adds the ids. It has none for Nest's loggers. */
const cases = logCases(startSampled, {
  wrapConsole: (logger) => logger,
  createPino(destination) {
    const instrumentation = new PinoInstrumentation({ disableLogSending: true });
    registerInstrumentations({ instrumentations: [instrumentation] });
    return requirePino()({}, destination);
  },
});

export const { logLinePino, logLinePinoOutside } = cases;
