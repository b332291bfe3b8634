export { CurrentBaggage } from './current-baggage.decorator.js';
export { CurrentSpan } from './current-span.decorator.js';
