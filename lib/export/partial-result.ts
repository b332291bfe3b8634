import { type ExportResult, ExportResultCode } from './span-exporter.js';

/**
 * How an export went of which the destination took a part only. A processor of OpenTelemetry reads
 * it as the success that its `code` says; ours counts the rejected spans as failed.
 */
export interface PartialExportResult extends ExportResult {
  /** How many of the spans were handed over and refused for good. @default 0 */
  readonly rejectedCount?: number;
}

/**
 * How many of `spanCount` spans were not delivered, whatever an exporter calls back with: anything
 * but a success is a failure of all, and no more can be rejected than were handed over.
 */
export function undeliveredCount(result: ExportResult | undefined, spanCount: number): number {
  if (result?.code !== ExportResultCode.SUCCESS) return spanCount;
  const { rejectedCount } = result as PartialExportResult;
  if (typeof rejectedCount !== 'number' || !(rejectedCount > 0)) return 0;
  return Math.min(Math.floor(rejectedCount), spanCount);
}
