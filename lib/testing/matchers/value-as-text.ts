import { isAsymmetric } from './expected-span.js';
import type { TraceMatcherContext } from './matcher-context.js';

/**
 * Formats an expected value in one line, in the order of its properties. Test runners format objects
 * differently; only asymmetric matchers are left to them.
 */
export function valueAsText(value: unknown, { utils }: TraceMatcherContext): string {
  const show = (part: unknown): string => {
    if (typeof part === 'string') return JSON.stringify(part);
    if (typeof part !== 'object' || part === null || part instanceof RegExp) return String(part);
    if (isAsymmetric(part)) return utils.stringify(part);
    if (Array.isArray(part)) return `[${part.map(show).join(', ')}]`;
    const members = Object.entries(part).map(([key, member]) => `${showKey(key)}: ${show(member)}`);
    return `{${members.join(', ')}}`;
  };
  return show(value);
}

function showKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
