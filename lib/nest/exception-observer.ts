import 'reflect-metadata';
import { Catch, type ExceptionFilter } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import { contextStorage } from '../context/index.js';

/** Where Nest's `@UseFilters()` writes a method's filters. */
const FILTERS_METADATA = '__exceptionFilters__';

/**
 * Never matches. Nest evaluates `instanceof` for each exception; this call hands the exception to the
 * running operation.
 */
class ObservedException {
  static [Symbol.hasInstance](exception: unknown): boolean {
    contextStorage.active().entry?.exceptionCaught(exception);
    return false;
  }
}

@Catch(ObservedException)
class ExceptionObserver implements ExceptionFilter {
  /** Never called. */
  catch(exception: unknown): never {
    throw exception;
  }
}

/**
 * A filter that sees exceptions and handles none. Nest asks the filters of a route, one after the
 * other, for what they catch, until one catches the exception: first those of the method, from the last
 * in the list to the first, then those of the controller, then the global ones. Nothing is asked where
 * nothing was thrown, so it costs a request that succeeds nothing.
 *
 * It holds nothing and belongs to no application: the context says whose exception it is. So it may
 * stand in what several applications share, and stay there when one of them has closed.
 */
export const exceptionObserver: ExceptionFilter = new ExceptionObserver();

/**
 * Makes the exceptions seen that reach Nest from methods of controllers: those of their guards,
 * interceptors, pipes and handlers. To be called before Nest registers routes and message handlers.
 * Doing it again changes nothing.
 */
export function observeHandlers(handlers: Iterable<{ readonly function: object }>): void {
  for (const { function: method } of handlers) {
    const filters: unknown = Reflect.getMetadata(FILTERS_METADATA, method);
    const others = Array.isArray(filters) ? filters : [];
    if (others.includes(exceptionObserver)) continue;
    // A new list: the old one may be shared with other methods.
    Reflect.defineMetadata(FILTERS_METADATA, [...others, exceptionObserver], method);
  }
}

/**
 * Makes exceptions outside of routes seen: unknown routes, malformed bodies, middleware. Of the global
 * filters Nest asks the last one first, as they stood when it registered what they are for; so this is
 * called again whenever more of them may have come. {@link unobserveOutsideRoutes} undoes it.
 */
export function observeOutsideRoutes(config: ApplicationConfig): void {
  config.addGlobalFilter(exceptionObserver);
}

/** Takes the observer out of the global filters again, as often as it stands there. */
export function unobserveOutsideRoutes(config: ApplicationConfig): void {
  const filters = config.getGlobalFilters();
  for (let index = filters.length - 1; index >= 0; index--) {
    if (filters[index] === exceptionObserver) filters.splice(index, 1);
  }
}
