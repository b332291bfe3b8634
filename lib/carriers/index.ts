export { carrierGetter, carrierSetter } from './any-carrier.js';
