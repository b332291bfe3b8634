import { EventEmitter } from 'node:events';
import inspector from 'node:inspector';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Reflector } from '@nestjs/core';
import { ClsService } from 'nestjs-cls';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { ClassOrigins } from '../../../../lib/nest/provider-spans/class-origins.js';

function createOrigins() {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  return { origins: new ClassOrigins(diagnostics), warnings };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('ClassOrigins', () => {
  it('tells classes of packages, of Node and of the language from those of the application', () => {
    const { origins, warnings } = createOrigins();
    class Own {
      static get lazy(): never {
        throw new Error('a getter that is not to be run');
      }
    }
    const fromPackages = [Reflector, ClsService, EventEmitter, Map];
    const own = [Own, class extends Reflector {}, {}];
    origins.read([...fromPackages, ...own]);
    expect(fromPackages.map((found) => origins.isFromPackage(found))).not.toContain(false);
    expect(own.map((found) => origins.isFromPackage(found))).not.toContain(true);
    expect(warnings).toEqual([]);
    expect(Reflect.ownKeys(inspector.Session)).not.toContain('nestjs-traced.classes');
  });

  it('asks once for each class', () => {
    const connect = jest.spyOn(inspector.Session.prototype, 'connect');
    class Asked {}
    createOrigins().origins.read([Asked, Map]);
    createOrigins().origins.read([Asked]);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('reports an inspector that does not answer, and takes classes for those of the application', () => {
    jest.spyOn(inspector.Session.prototype, 'connect').mockImplementation(() => {
      throw new Error('no inspector');
    });
    const { origins, warnings } = createOrigins();
    class Unknown {}
    origins.read([Unknown, Promise]);
    expect([Unknown, Promise].map((found) => origins.isFromPackage(found))).toEqual([false, true]);
    expect(warnings.join()).toContain('The files of classes could not be read');
  });
});
