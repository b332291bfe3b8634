export { getAllBaggage, getBaggage } from './active-baggage.js';
export type { BaggageOptions, BaggageSelection } from './baggage-options.js';
export {
  BaggageSpanProcessor,
  type BaggageSpanProcessorOptions,
} from './baggage-span-processor.js';
export { type BaggageValues, withBaggage } from './with-baggage.js';
