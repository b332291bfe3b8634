export { Baggage } from './baggage-entry.decorator.js';
export { CurrentSpan } from './current-span.decorator.js';
