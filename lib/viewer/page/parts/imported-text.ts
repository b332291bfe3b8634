import { counted } from '../../analysis/durations.js';
import type { ImportJson } from '../../api/answers.js';

/** What became of an imported file. */
export function importedText(name: string, { received, refused, duplicate }: ImportJson): string {
  const details = [
    duplicate === 0 ? '' : `${duplicate.toLocaleString('en')} were known`,
    refused === 0 ? '' : `${refused.toLocaleString('en')} were refused`,
  ].filter((part) => part !== '');
  const rest = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${name}: ${counted(received, 'span')}${rest}`;
}
