import { memberOf } from '../../operation/index.js';

/** Nest gives classes of `mixin()` a random name of this form. */
const RANDOM_NAME = /^[0-9a-f]{21}$/;
const NAME_IN_SOURCE = /^class\s+([\w$]+)/;

/**
 * Returns the name of the class of an enhancer. For classes of `mixin()`, such as `AuthGuard('jwt')`, it is the
 * name in the source, because their own name is different in each process.
 *
 * @returns an empty string for plain objects
 */
export function classNameOf(instance: object): string {
  const metatype = memberOf(instance, 'constructor');
  if (typeof metatype !== 'function' || metatype === Object) return '';
  return nameOfClass(metatype);
}

/** Returns the name of a class or function; see {@link classNameOf}. */
export function nameOfClass(metatype: object): string {
  let current: unknown = metatype;
  while (typeof current === 'function' && current !== Function.prototype) {
    if (!RANDOM_NAME.test(current.name)) return current.name;
    const inSource = NAME_IN_SOURCE.exec(Function.prototype.toString.call(current))?.[1];
    if (inSource !== undefined && inSource !== 'extends') return inSource;
    current = Object.getPrototypeOf(current);
  }
  return '';
}
