/**
 * How many spans may wait in every variant: so many that all are exported under full load, and no
 * variant gains by dropping.
 */
export const QUEUE_SPANS = 65_536;
