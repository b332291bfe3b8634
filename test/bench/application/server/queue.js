/**
 * How many spans may wait in every variant: so many that all are exported under full load, and no
 * variant gains by dropping.
 */
export const QUEUE_SPANS = 65_536;

/** Exports that OpenTelemetry may begin at once: a flush begins one for each batch of the queue, of 512 spans. */
export const QUEUE_BATCHES = QUEUE_SPANS / 512;
