import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
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

  get broken(): never {
    throw new Error('a getter that is not to be asked');
  }
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

function containerOf(...controllers: unknown[]): ModulesContainer {
  const wrappers = controllers.map((metatype) => [metatype, { metatype }] as const);
  return new Map([['module', { controllers: new Map(wrappers) }]]) as never;
}

function namesIn(container: ModulesContainer): string[] {
  return [...routeMethodsOf(container).values()].map(({ name }) => name).sort();
}

describe('routeMethodsOf', () => {
  it('finds what answers requests, inherited methods too', () => {
    expect(namesIn(containerOf(BooksController))).toEqual([
      'BooksController.add',
      'BooksController.find',
      'BooksController.list',
    ]);
  });

  it('calls a method that several controllers inherit after the class they have it from', () => {
    expect(namesIn(containerOf(BooksController, FilmsController))).toEqual([
      'BooksController.add',
      'BooksController.find',
      'CatalogueController.list',
      'FilmsController.find',
    ]);
  });

  it('takes a controller that stands in several modules for one', () => {
    const container = containerOf(FilmsController);
    (container as Map<string, unknown>).set('other', container.get('module'));
    expect(namesIn(container)).toEqual(['FilmsController.find', 'FilmsController.list']);
  });

  it('passes over what is no class', () => {
    expect(namesIn(containerOf(undefined, null, {}))).toEqual([]);
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
    nameRouteFunctions(routeMethodsOf(containerOf(BooksController)).values());
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
