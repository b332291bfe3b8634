/** No tracing at all: what the others are compared with. */
export const imports = [];
export const tracedMethod = undefined;
export async function flush() {}
