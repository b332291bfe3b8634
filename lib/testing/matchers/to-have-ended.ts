import { readReceived } from '../received-spans.js';
import { startsAsText } from '../span-origins.js';
import {
  callAsText,
  indented,
  messageWithTraces,
  type TraceMatcherContext,
  type TraceMatcherResult,
} from './matcher-context.js';

const MATCHER = 'toHaveEnded';

/**
 * Passes if the span, or each span of the list or recorder, has ended.
 *
 * @throws Error for a received value that is of no use, and if there is no span
 */
export function toHaveEnded(this: TraceMatcherContext, received: unknown): TraceMatcherResult {
  const { word, ended, open } = readReceived(received, MATCHER);
  const spans = [...ended, ...open];
  if (spans.length === 0) {
    throw new Error(
      `${MATCHER} needs at least one span, but the ${word === 'recorder' ? 'recorder' : 'list'} has none. ` +
        'Check that the traced code has run.',
    );
  }
  return {
    pass: open.length === 0,
    message: () => {
      const call = callAsText(this, MATCHER, word);
      const finding =
        open.length === 0
          ? `Expected an open span, but ${word === 'span' ? 'the span has' : 'all spans have'} ended.`
          : `Expected ended spans, but ${open.length} of ${spans.length} ${open.length === 1 ? 'is' : 'are'} open:\n${indented(startsAsText(open))}`;
      return messageWithTraces([call, finding], spans, false);
    },
  };
}
