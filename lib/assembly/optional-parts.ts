import { Redactor } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { SpanExporter } from '../export/index.js';
import { OverheadGovernor } from '../sampling/overhead-governor.js';
import { SpansInFlight } from './spans-in-flight.js';
import type { TracingSettings } from './tracing-options.js';

/** @returns undefined if nothing is redacted */
export function createRedactor({ redaction = true }: TracingSettings): Redactor | undefined {
  if (redaction === false) return undefined;
  return new Redactor(redaction === true ? {} : redaction);
}

/**
 * @param hasOwnPipeline false if another SDK has the spans, so that their share of the time is not known here
 * @returns undefined if nothing is governed
 * @throws TracingConfigError for an invalid `maxOverheadRatio`, also where it has no effect
 */
export function createGovernor(
  { maxOverheadRatio }: TracingSettings,
  hasOwnPipeline: boolean,
  exporter: SpanExporter | undefined,
  diagnostics: Diagnostics,
): OverheadGovernor | undefined {
  if (maxOverheadRatio === undefined) return undefined;
  const exportMillis = () => exporter?.encodingMillis ?? 0;
  const governor = new OverheadGovernor(maxOverheadRatio, diagnostics, { exportMillis });
  return hasOwnPipeline ? governor : undefined;
}

/** @returns undefined if the application does not list its open spans */
export function createSpansInFlight(
  { inFlight = false }: TracingSettings,
  diagnostics: Diagnostics,
): SpansInFlight | undefined {
  if (inFlight === false) return undefined;
  return new SpansInFlight(inFlight === true ? {} : inFlight, diagnostics);
}
