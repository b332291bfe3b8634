import 'reflect-metadata';
import type { CalledStage } from '../../lifecycle/index.js';
import { memberOf } from '../../operation/index.js';
import { methodsOfPrototype } from '../prototype-methods.js';

/** An enhancer of Nest, and what it is called as. */
export interface Enhancer {
  readonly instance: object;
  readonly stage: EnhancerStage;
}

/** The stages that are methods of enhancers. */
export type EnhancerStage = Exclude<CalledStage, 'handler'>;

/** The method that Nest calls for a stage. */
const METHODS: Readonly<Record<EnhancerStage, string>> = {
  guard: 'canActivate',
  pipe: 'transform',
  interceptor: 'intercept',
  exception_filter: 'catch',
};

/** The metadata key of the decorator for a stage, such as `@UseGuards()`. */
const METADATA: Readonly<Record<EnhancerStage, string>> = {
  guard: '__guards__',
  pipe: '__pipes__',
  interceptor: '__interceptors__',
  exception_filter: '__exceptionFilters__',
};

const STAGES = Object.keys(METHODS) as EnhancerStage[];

/** The metadata key of the parameters of handlers: of controllers, gateways and resolvers. */
const PARAMETERS = '__routeArguments__';

/** Returns the method that Nest calls for a stage. */
export function methodOfStage(stage: EnhancerStage): string {
  return METHODS[stage];
}

/** Returns the stages that an instance can be called as. */
export function stagesOfEnhancer(instance: object): EnhancerStage[] {
  return STAGES.filter((stage) => typeof memberOf(instance, METHODS[stage]) === 'function');
}

/**
 * Returns the enhancers that decorators of a class, of its methods and of their parameters contain as
 * instances, such as `@UsePipes(new ParseIntPipe())`. Nest creates no provider for them.
 */
export function enhancerInstancesOf(metatype: { readonly prototype: unknown }): Enhancer[] {
  const enhancers: Enhancer[] = [];
  const add = (values: unknown, stage: EnhancerStage): void => {
    if (!Array.isArray(values)) return;
    for (const instance of values) {
      if (typeof instance === 'object' && instance !== null) enhancers.push({ instance, stage });
    }
  };
  const methods = methodsOfPrototype(metatype.prototype as object | null);
  for (const stage of STAGES) {
    const metadata = METADATA[stage];
    add(Reflect.getMetadata(metadata, metatype), stage);
    for (const { function: method } of methods) add(Reflect.getMetadata(metadata, method), stage);
  }
  for (const { key } of methods) {
    const parameters: unknown = Reflect.getMetadata(PARAMETERS, metatype, key);
    for (const parameter of Object.values(parameters ?? {})) {
      add((parameter as { pipes?: unknown } | null)?.pipes, 'pipe');
    }
  }
  return enhancers;
}
