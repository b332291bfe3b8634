/** Percent-encodes all but letters, digits and `-_.!~*'()`. Never throws: half a surrogate pair becomes U+FFFD. */
export function percentEncode(text: string): string {
  // With the flag `u` only surrogates without their other half match.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/**
 * Percent-decodes UTF-8. Never throws: bytes that are no UTF-8 become U+FFFD, and a `%` without two
 * hex digits stays a `%`.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeBytes(text);
  }
}

const PERCENT = 0x25;

function decodeBytes(text: string): string {
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text));
  let length = 0;
  let position = 0;
  while (position < text.length) {
    const percent = text.indexOf('%', position);
    const end = percent < 0 ? text.length : percent;
    length += bytes.write(text.slice(position, end), length);
    if (percent < 0) break;
    const byte = byteAt(text, percent + 1);
    bytes[length++] = byte < 0 ? PERCENT : byte;
    position = byte < 0 ? percent + 1 : percent + 3;
  }
  return bytes.toString('utf8', 0, length);
}

/** The byte that two hex digits say; -1 where they are not there. */
function byteAt(text: string, position: number): number {
  const high = digitAt(text, position);
  const low = digitAt(text, position + 1);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function digitAt(text: string, position: number): number {
  const code = text.charCodeAt(position);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  // Lower case and upper case differ in one bit.
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
