import 'reflect-metadata';
import type { ModulesContainer } from '@nestjs/core';
import type { Diagnostics } from '../../diagnostics.js';
import type { AmqpHandlerOptions } from '../../messaging/index.js';
import { visitMethods } from '../provider-methods.js';

/** The description of the symbol under which `@RabbitSubscribe()` and `@RabbitRPC()` store their options. */
const RABBIT_HANDLER = 'RABBIT_HANDLER';

/** A method with `@RabbitSubscribe()` or `@RabbitRPC()` of `@golevelup/nestjs-rabbitmq`. */
export interface RabbitFunction {
  readonly function: object;
  /** Such as `OrdersService.place`. */
  readonly name: string;
  /** The options of the decorator. */
  readonly options: object;
}

/** Returns the methods of providers and controllers that handle messages of RabbitMQ. */
export function rabbitFunctionsOf(
  modules: ModulesContainer,
  diagnostics: Diagnostics,
): RabbitFunction[] {
  const functions: RabbitFunction[] = [];
  const trouble = 'The methods of a provider could not be read. Spans of its messages lack names';
  visitMethods(modules, diagnostics, trouble, ({ function: method, name }) => {
    for (const key of Reflect.getOwnMetadataKeys(method) as unknown[]) {
      if (typeof key !== 'symbol' || key.description !== RABBIT_HANDLER) continue;
      const options: unknown = Reflect.getOwnMetadata(key, method);
      if (typeof options === 'object' && options !== null) {
        functions.push({ function: method, name, options });
      }
    }
  });
  return functions;
}

/** The used part of the configuration of a connection. */
interface Configuration {
  /** Options by name, which the module merges into those of the decorators. */
  readonly handlers?: Readonly<Record<string, unknown>>;
}

/**
 * Returns a function that finds the name of the method for the options that the module registers a handler
 * with: those of its decorator, merged with options of the connection. It finds none if several methods fit.
 */
export function createRabbitNames(
  functions: readonly RabbitFunction[],
  connection: { readonly configuration?: object },
): (options: AmqpHandlerOptions) => string | undefined {
  const { handlers = {} } = (connection.configuration ?? {}) as Configuration;
  const replaced = new Set(
    Object.values(handlers)
      .flat()
      .flatMap((options) => Object.keys(options ?? {})),
  );
  return (registered) => {
    const fitting = functions.filter(({ options }) =>
      Object.entries(options).every(
        ([key, value]) => replaced.has(key) || registered[key as keyof typeof registered] === value,
      ),
    );
    return fitting.length === 1 ? fitting[0]?.name : undefined;
  };
}
