import { counted } from '../../analysis/durations.js';
import type { ImportJson } from '../../api/answers.js';

const BRACKETS: readonly (number | undefined)[] = ['{', '['].map((sign) => sign.charCodeAt(0));
/** Space, tab, line feed, carriage return, and the mark at the beginning of some files in UTF-8. */
const IGNORED: readonly number[] = [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf];

/** Whether a file is JSON, and not protobuf: its first sign opens an object or a list. */
export function isText(content: Uint8Array): boolean {
  return BRACKETS.includes(content.find((byte) => !IGNORED.includes(byte)));
}

/** What became of an imported file. */
export function importedText(name: string, { received, refused, duplicate }: ImportJson): string {
  const details = [
    duplicate === 0 ? '' : `${duplicate.toLocaleString('en')} were known`,
    refused === 0 ? '' : `${refused.toLocaleString('en')} were refused`,
  ].filter((part) => part !== '');
  const rest = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${name}: ${counted(received, 'span')}${rest}`;
}
