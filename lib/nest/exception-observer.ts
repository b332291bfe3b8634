import 'reflect-metadata';
import { Catch, type ExceptionFilter } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import { contextStorage } from '../context/index.js';

/** The metadata key under which Nest's `@UseFilters()` stores the filters of a method. */
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
 * A filter that observes exceptions and handles none. For an exception, Nest compares the filters of a
 * route in order until one matches: first those of the method, from the last in the list to the first,
 * then those of the controller, then the global ones. Nest does not evaluate filters for successful
 * requests, so it adds no cost to them.
 *
 * It has no state and belongs to no application: the active context contains the operation that the
 * exception belongs to. Several applications can share it, and it can stay registered after one closes.
 */
export const exceptionObserver: ExceptionFilter = new ExceptionObserver();

/**
 * Observes exceptions of controllers' methods, including those of guards, interceptors and pipes. Call it
 * before Nest registers routes and message handlers. Repeated calls have no effect.
 */
export function observeHandlers(handlers: Iterable<{ readonly function: object }>): void {
  for (const { function: method } of handlers) {
    const filters: unknown = Reflect.getMetadata(FILTERS_METADATA, method);
    const others = Array.isArray(filters) ? filters : [];
    if (others.includes(exceptionObserver)) continue;
    // A new list, because other methods can share the old one.
    Reflect.defineMetadata(FILTERS_METADATA, [...others, exceptionObserver], method);
  }
}

/**
 * Observes exceptions outside of routes: unknown routes, malformed bodies, middleware. Nest evaluates the
 * last global filter first, and copies the list when it registers a component. Call it again whenever
 * the application can have added global filters. {@link unobserveOutsideRoutes} undoes it.
 */
export function observeOutsideRoutes(config: ApplicationConfig): void {
  config.addGlobalFilter(exceptionObserver);
}

/** Removes all occurrences of the observer from the global filters. */
export function unobserveOutsideRoutes(config: ApplicationConfig): void {
  const filters = config.getGlobalFilters();
  for (let index = filters.length - 1; index >= 0; index--) {
    if (filters[index] === exceptionObserver) filters.splice(index, 1);
  }
}
