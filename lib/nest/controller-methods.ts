import type { ModulesContainer } from '@nestjs/core';
import type { Diagnostics } from '../diagnostics.js';

/** A method of a controller. */
export interface ControllerMethod {
  /** The method itself, which carries what decorators wrote. */
  readonly function: object;
  /** `OrdersController.find`. */
  readonly name: string;
  /** The name with the class that declares the method, which the controller may inherit it from. */
  readonly declaringName: string;
}

/**
 * The methods of all controllers, as Nest finds them: inherited ones too, an overriding one for those
 * that it overrides. A method that several controllers inherit comes once for each of them.
 *
 * No accessor of a prototype runs. A controller whose methods cannot be read is reported and left out.
 */
export function controllerMethodsOf(
  modules: ModulesContainer,
  diagnostics: Diagnostics,
): ControllerMethod[] {
  const classes = new Set<Class>();
  for (const { controllers } of modules.values()) {
    for (const { metatype } of controllers.values()) {
      if (typeof metatype === 'function') classes.add(metatype);
    }
  }
  return [...classes].flatMap((controller) => {
    try {
      return methodsOf(controller);
    } catch (error) {
      diagnostics.report('The methods of a controller could not be read', error);
      return [];
    }
  });
}

type Class = { readonly name: string; readonly prototype: unknown };

function methodsOf(controller: Class): ControllerMethod[] {
  const methods: ControllerMethod[] = [];
  const seen = new Set<string>();
  let prototype = controller.prototype as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    const declaringClass = ownValue(prototype, 'constructor') as Partial<Class> | undefined;
    for (const key of Object.getOwnPropertyNames(prototype)) {
      if (seen.has(key) || key === 'constructor') continue;
      seen.add(key);
      const method = ownValue(prototype, key);
      if (typeof method !== 'function') continue;
      methods.push({
        function: method,
        name: `${controller.name}.${key}`,
        declaringName: `${declaringClass?.name ?? controller.name}.${key}`,
      });
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return methods;
}

function ownValue(prototype: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(prototype, key)?.value;
}
