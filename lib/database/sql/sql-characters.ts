/** Whether a character separates words. Control characters do. */
export function isSpace(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0xfeff;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether a name without quotes may begin with the character: letters of any script, and `_`. */
export function isNameStart(code: number): boolean {
  const lower = code | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    code === 0x5f ||
    (code > 0x7f && code !== 0xa0 && code !== 0xfeff)
  );
}

/** Whether a name without quotes may contain the character. */
export function isNameChar(code: number): boolean {
  return isNameStart(code) || isDigit(code) || code === 0x24;
}
