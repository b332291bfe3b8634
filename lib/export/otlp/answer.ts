import type { Diagnostics } from '../../diagnostics.js';
import { VERSION } from '../../version.js';
import type { ServerAnswer } from '../remote-span-exporter.js';
import { type PartialSuccess, parseResponse } from './response.js';

/** Spec: `protocol/exporter.md#user-agent`. */
export const OTLP_USER_AGENT = `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/** What an OTLP server said that took a batch; what there is to say about it is reported. Never throws. */
export function readOtlpAnswer(
  { body, contentType }: ServerAnswer,
  requestContentType: string,
  diagnostics: Diagnostics,
): PartialSuccess | undefined {
  try {
    const partial = parseResponse(body, contentType, requestContentType);
    if (partial === undefined) return undefined;
    const { rejectedSpanCount, errorMessage } = partial;
    if (rejectedSpanCount === 0) {
      diagnostics.report('The OTLP server took a batch with a warning', errorMessage);
    } else {
      const detail = `${rejectedSpanCount} of them, ${errorMessage || 'no reason given'}`;
      diagnostics.report('The OTLP server rejected spans of a batch', detail);
    }
    return partial;
  } catch (error) {
    diagnostics.report(
      'The OTLP server took a batch, but its answer is none of OTLP: is the URL that of a collector?',
      error,
    );
    return undefined;
  }
}
