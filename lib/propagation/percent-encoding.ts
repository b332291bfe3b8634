/** Percent-encodes all except letters, digits and `-_.!~*'()`. Does not throw: a lone surrogate becomes U+FFFD. */
export function percentEncode(text: string): string {
  // With the flag `u`, only lone surrogates match.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/**
 * Percent-decodes UTF-8. Does not throw: invalid UTF-8 becomes U+FFFD, and a `%` without two hex digits
 * is kept.
 *
 * `decodeURIComponent` throws for such a text, and the exception costs a hundred times as much as decoding.
 */
export function percentDecode(text: string): string {
  let decoded = '';
  let start = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    const byte = byteAt(text, at + 1);
    if (byte < 0) continue;
    // A byte of a character with several bytes.
    if (byte >= 0x80) return decodeBytes(text);
    decoded += text.slice(start, at) + String.fromCharCode(byte);
    start = at + 3;
    at += 2;
  }
  return start === 0 ? text : decoded + text.slice(start);
}

const PERCENT = 0x25;

function decodeBytes(text: string): string {
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text));
  let length = 0;
  let position = 0;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    const byte = code === PERCENT ? byteAt(text, position + 1) : -1;
    if (byte >= 0) {
      bytes[length++] = byte;
      position += 3;
    } else if (code < 0x80) {
      bytes[length++] = code;
      position++;
    } else {
      const end = endOfNonAscii(text, position);
      length += bytes.write(text.slice(position, end), length);
      position = end;
    }
  }
  return bytes.toString('utf8', 0, length);
}

function endOfNonAscii(text: string, start: number): number {
  let end = start;
  while (end < text.length && text.charCodeAt(end) >= 0x80) end++;
  return end;
}

/** The byte of two hex digits; -1 if they are not hex digits. */
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
