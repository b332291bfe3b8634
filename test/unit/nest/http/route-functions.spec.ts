import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import {
  type ControllerMethod,
  controllerMethodsOf,
} from '../../../../lib/nest/controller-methods.js';
import {
  nameRouteFunctions,
  routeFunctionNameOf,
  routeMethodsOf,
} from '../../../../lib/nest/http/route-functions.js';

class CatalogueController {
  @Get()
  list(): void {}

  @Get()
  find(): void {}

  /** Answers no requests. */
  help(): void {}
}

@Controller()
class BooksController extends CatalogueController {
  @Get()
  override find(): void {}

  @Post()
  add(): void {}
}

@Controller()
class FilmsController extends CatalogueController {}

function routesOf(...controllers: unknown[]): ControllerMethod[] {
  const wrappers = controllers.map((metatype) => [metatype, { metatype }] as const);
  const modules = new Map([['module', { controllers: new Map(wrappers) }]]);
  return routeMethodsOf(controllerMethodsOf(modules as never, new Diagnostics()));
}

function namesOf(...controllers: unknown[]): string[] {
  return routesOf(...controllers)
    .map(({ name }) => name)
    .sort();
}

describe('routeMethodsOf', () => {
  it('finds what answers requests, inherited methods too', () => {
    expect(namesOf(BooksController)).toEqual([
      'BooksController.add',
      'BooksController.find',
      'BooksController.list',
    ]);
  });

  it('calls a method that several controllers inherit after the class they have it from', () => {
    expect(namesOf(BooksController, FilmsController)).toEqual([
      'BooksController.add',
      'BooksController.find',
      'CatalogueController.list',
      'FilmsController.find',
    ]);
  });
});

describe('routeFunctionNameOf', () => {
  /** As Nest registers a method: another function with all its metadata. */
  function registered(method: object): object {
    const handler = (): void => {};
    for (const key of Reflect.getMetadataKeys(method)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, method), handler);
    }
    return handler;
  }

  it('reads what was written on the method', () => {
    nameRouteFunctions(routesOf(BooksController));
    const handler = registered(BooksController.prototype.add);
    expect(routeFunctionNameOf(handler)).toBe('BooksController.add');
    expect(routeFunctionNameOf(handler)).toBe('BooksController.add');
  });

  it('believes the name that Nest 12 gives to the function', () => {
    const handler = Object.defineProperty(registered(BooksController.prototype.add), 'name', {
      value: 'OtherController.add',
    });
    expect(routeFunctionNameOf(handler)).toBe('OtherController.add');
  });

  it.each(['handler', 'bound C.find', 'a.b.c', '.b', ''])(
    'does not take a function called %j for one of Nest',
    (name) => {
      const handler = Object.defineProperty(() => {}, 'name', { value: name });
      expect(routeFunctionNameOf(handler)).toBeUndefined();
      expect(routeFunctionNameOf(handler)).toBeUndefined();
    },
  );
});
