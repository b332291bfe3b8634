import { describe, expect, it } from '@jest/globals';
import type { ModulesContainer } from '@nestjs/core';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { controllerMethodsOf } from '../../../lib/nest/controller-methods.js';

class CatalogueController {
  list(): void {}

  find(): void {}

  removed(): void {}

  get broken(): never {
    throw new Error('a getter that is not to be run');
  }
}

class BooksController extends CatalogueController {
  override find(): void {}

  add(): void {}
}

Object.defineProperty(BooksController.prototype, 'removed', { value: 'no method' });

class FilmsController extends CatalogueController {}

function read(...controllers: unknown[]) {
  const warnings: string[] = [];
  const wrappers = controllers.map((metatype) => [metatype, { metatype }] as const);
  const module = { controllers: new Map(wrappers) };
  // A controller may stand in several modules.
  const modules = new Map([
    ['one', module],
    ['other', module],
  ]) as unknown as ModulesContainer;
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  return { methods: controllerMethodsOf(modules, diagnostics), warnings };
}

describe('controllerMethodsOf', () => {
  it('finds the methods of a controller as Nest does, inherited ones too', () => {
    const { methods } = read(BooksController);
    const owners = methods.map(({ owner, key }) => `${owner.constructor.name}.${key}`);
    expect(owners).toEqual([
      'BooksController.find',
      'BooksController.add',
      'CatalogueController.list',
    ]);
    const shown = methods.map(({ owner, key, ...others }) => others);
    expect(shown).toEqual([
      {
        function: BooksController.prototype.find,
        name: 'BooksController.find',
        declaringName: 'BooksController.find',
      },
      {
        function: BooksController.prototype.add,
        name: 'BooksController.add',
        declaringName: 'BooksController.add',
      },
      {
        function: CatalogueController.prototype.list,
        name: 'BooksController.list',
        declaringName: 'CatalogueController.list',
      },
    ]);
  });

  it('gives a method that several controllers inherit once for each', () => {
    const { methods } = read(BooksController, FilmsController);
    const names = methods
      .filter((method) => method.function === CatalogueController.prototype.list)
      .map(({ name }) => name);
    expect(names).toEqual(['BooksController.list', 'FilmsController.list']);
  });

  it('passes over what is no class', () => {
    expect(read(undefined, null, {}).methods).toEqual([]);
  });

  it('reports a controller that cannot be read, and reads the others', () => {
    const hostile = new Proxy(class {}, {
      get() {
        throw new Error('hands off');
      },
    });
    const { methods, warnings } = read(hostile, FilmsController);
    expect(methods.map(({ name }) => name)).toContain('FilmsController.find');
    expect(warnings).toEqual([
      'The methods of a controller could not be read. Spans of its requests can lack function names ' +
        'and exceptions: Error: hands off',
    ]);
  });
});
