export { carrierGetter, carrierSetter } from './any-carrier.js';
export { CapturedFields } from './captured-fields.js';
export { allFieldsOf, ContextFields, type FieldAccess } from './context-fields.js';
export { defaultPortOf, type HostAndPort, parseHostAndPort } from './host-and-port.js';
export { HostPattern, hostnameOf } from './host-pattern.js';
export {
  carrierIn,
  type IncomingContext,
  type IncomingContextOptions,
  IncomingContextReader,
  linksTo,
} from './incoming-context.js';
export { ReceiverRules, type ReceiverRulesPlan } from './receiver-rules.js';
