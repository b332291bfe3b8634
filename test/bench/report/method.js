/** Counts up when the way of measuring changes: figures of two methods are not comparable. */
export const METHOD = 2;
