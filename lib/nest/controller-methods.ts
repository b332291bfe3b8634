import type { ModulesContainer } from '@nestjs/core';
import type { Diagnostics } from '../diagnostics.js';
import { methodsOfPrototype, ownValue, type PrototypeMethod } from './prototype-methods.js';

/** A method of a controller. */
export interface ControllerMethod extends PrototypeMethod {
  /** The class of the controller and the method, such as `OrdersController.find`. */
  readonly name: string;
  /** The class that declares the method, which can be a base class, and the method. */
  readonly declaringName: string;
}

/**
 * Returns the methods of all controllers by the rules of Nest: inherited methods are included, and of an
 * overridden method only the version of the subclass. A method that several controllers inherit occurs
 * once for each of them.
 *
 * It does not run accessors. If the methods of a controller cannot be read, it reports this and skips the
 * controller.
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
      diagnostics.report(
        'The methods of a controller could not be read. Spans of its requests can lack function names and exceptions',
        error,
      );
      return [];
    }
  });
}

type Class = { readonly name: string; readonly prototype: unknown };

function methodsOf(controller: Class): ControllerMethod[] {
  return methodsOfPrototype(controller.prototype as object).map(
    ({ function: method, key, owner }) => {
      const declaringClass = ownValue(owner, 'constructor') as Partial<Class> | undefined;
      return {
        owner,
        key,
        function: method,
        name: `${controller.name}.${key}`,
        declaringName: `${declaringClass?.name ?? controller.name}.${key}`,
      };
    },
  );
}
