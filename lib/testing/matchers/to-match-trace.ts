import { dedentText } from '../dedent.js';
import { readReceived } from '../received-spans.js';
import { wholeTracesOf } from '../span-origins.js';
import { type TraceTextOptions, traceAsText } from '../trace-as-text.js';
import { didYouMean } from './closest-word.js';
import {
  callAsText,
  indented,
  type TraceMatcherContext,
  type TraceMatcherResult,
} from './matcher-context.js';

const MATCHER = 'toMatchTrace';

/**
 * Passes if the spans are as the text shows them. The text is that of `traceAsText`; the indentation that
 * all of its lines share does not count. By default it compares the attributes that the text names. Of a
 * recorder, it compares the unread and the open spans, and marks them as read if it passes.
 *
 * @throws Error for a received or expected value that is of no use
 */
export function toMatchTrace(
  this: TraceMatcherContext,
  received: unknown,
  expected: unknown,
  options: TraceTextOptions = {},
): TraceMatcherResult {
  const { word, recorder, ended, open } = readReceived(received, MATCHER);
  if (typeof expected !== 'string') {
    const what = typeof expected === 'object' ? 'an object' : JSON.stringify(expected);
    throw new Error(`${MATCHER} needs the text of a trace, but received ${what}.`);
  }
  const wanted = dedentText(expected);
  const named = readText(wanted);
  const compared = [...(recorder?.unreadSpans ?? ended), ...open];
  const actual = traceAsText(compared, { ...named.options, ...options });
  const pass = actual === wanted;
  if (pass && this.isNot !== true) recorder?.markAsRead(compared);
  return {
    pass,
    message: () => {
      const call = callAsText(this, MATCHER, word, 'trace');
      if (pass) return `${call}\n\nExpected another trace than:\n${indented(actual)}`;
      const all = wholeTracesOf(compared);
      const parts = [
        call,
        this.utils.diff(wanted, actual, { expand: true }) ?? '',
        ...named.keys
          .filter((key) => all.every(({ attributes }) => attributes[key] === undefined))
          .map((key) => {
            const keys = all.flatMap(({ attributes }) => Object.keys(attributes));
            return `No span has the attribute ${JSON.stringify(key)}.${didYouMean(key, keys)}`;
          }),
        compared.length > 0
          ? `Received:\n${indented(actual)}`
          : `The ${word === 'recorder' ? 'recorder has no unread or open span' : 'list has no span'}.`,
      ];
      return parts.filter((part) => part !== '').join('\n\n');
    },
  };
}

/** Reads from a text which attributes it shows, which of them it masks, and whether it shows events and links. */
function readText(text: string): {
  readonly keys: readonly string[];
  readonly options: TraceTextOptions;
} {
  // A quoted value can look like another attribute.
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const keys = [...bare.matchAll(/(?<=^|\s)([^\s=()[\]"]+)=(\*?)/gm)];
  const masked = keys.filter(([, , mask]) => mask === '*').map(([, key = '']) => key);
  const shown = [...new Set(keys.map(([, key = '']) => key))];
  return {
    keys: shown,
    options: {
      attributes: shown,
      mask: masked,
      events: bare.includes('(event '),
      links: bare.includes('(link to '),
    },
  };
}
