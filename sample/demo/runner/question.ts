import type { SpanRecord } from 'nestjs-traced/viewer';
import { serviceOf } from './span-facts.js';

/** What a trace answers, in a sentence; undefined where it has no answer. */
export type Question = (spans: readonly SpanRecord[]) => string | undefined;

/** Which span carries an attribute. */
export function whereStands(attribute: string): Question {
  return (spans) => {
    const carrier = spans.find(({ attributes = {} }) => attributes[attribute] !== undefined);
    if (carrier === undefined) return undefined;
    const { name, attributes = {} } = carrier;
    return `${attribute} = ${attributes[attribute]} stands on ${serviceOf(carrier)}, ${name}`;
  };
}
