import { describe, expect, it } from '@jest/globals';
import { Catch, Get, UseFilters } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { contextStorage, type EntryOperation, TracingContext } from '../../../lib/context/index.js';
import {
  exceptionObserver,
  observeHandlers,
  observeOutsideRoutes,
  unobserveOutsideRoutes,
} from '../../../lib/nest/exception-observer.js';

/** Where Nest reads what a filter catches, and what filters a method has. */
const CATCHES = '__filterCatchExceptions__';
const FILTERS = '__exceptionFilters__';

@Catch()
class OwnFilter {
  catch(): void {}
}

class OrdersController {
  @Get()
  plain(): void {}

  @Get()
  @UseFilters(OwnFilter)
  filtered(): void {}
}

function methodOf(key: 'plain' | 'filtered') {
  return { function: OrdersController.prototype[key] };
}

describe('exceptionObserver', () => {
  const [Observed] = Reflect.getMetadata(CATCHES, exceptionObserver.constructor);

  it.each([new Error('broken'), 'text', undefined, null])(
    'sees %p and catches nothing',
    (thrown) => {
      const seen: unknown[] = [];
      const entry: EntryOperation = { exceptionCaught: (exception) => seen.push(exception) };
      const context = TracingContext.ROOT.withEntry(undefined, entry);
      expect(contextStorage.run(context, () => (thrown as object) instanceof Observed)).toBe(false);
      expect(seen).toEqual([thrown]);
    },
  );

  it('says nothing where nothing is traced', () => {
    expect(new Error('broken') instanceof Observed).toBe(false);
  });

  it('hands on what it is given all the same', () => {
    const error = new Error('broken');
    expect(() => exceptionObserver.catch(error, undefined as never)).toThrow(error);
  });
});

describe('observeHandlers', () => {
  it('stands after the filters of the method, once', () => {
    const before = Reflect.getMetadata(FILTERS, OrdersController.prototype.filtered);
    const methods = [methodOf('plain'), methodOf('filtered')];
    observeHandlers(methods);
    observeHandlers(methods);
    expect(Reflect.getMetadata(FILTERS, OrdersController.prototype.plain)).toEqual([
      exceptionObserver,
    ]);
    expect(Reflect.getMetadata(FILTERS, OrdersController.prototype.filtered)).toEqual([
      OwnFilter,
      exceptionObserver,
    ]);
    expect(before).toEqual([OwnFilter]);
  });
});

describe('observeOutsideRoutes', () => {
  it('stands after the global filters of each time, until it is undone', () => {
    const config = new ApplicationConfig();
    const own = new OwnFilter();
    observeOutsideRoutes(config);
    config.useGlobalFilters(own);
    observeOutsideRoutes(config);
    expect(config.getGlobalFilters()).toEqual([exceptionObserver, own, exceptionObserver]);
    unobserveOutsideRoutes(config);
    expect(config.getGlobalFilters()).toEqual([own]);
    unobserveOutsideRoutes(config);
    expect(config.getGlobalFilters()).toEqual([own]);
  });
});
