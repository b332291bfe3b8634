/** Returns the size of a text or buffer in bytes; undefined for other values. */
export function sizeOfBody(body: unknown): number | undefined {
  if (body instanceof Uint8Array) return body.byteLength;
  return typeof body === 'string' ? Buffer.byteLength(body) : undefined;
}
