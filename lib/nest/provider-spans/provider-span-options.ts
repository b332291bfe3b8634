import { checkOption } from '../../option-checks.js';

/** A method of a provider or controller, as the functions among the rules receive it. */
export interface ProviderMethodInfo {
  /** Class and method, such as `OrdersService.place`: the name of the spans. */
  readonly name: string;
  /** The name of the class. */
  readonly className: string;
  /** The name of the method. */
  readonly methodName: string;
  /** The class of the provider or controller. */
  readonly providerClass: ProviderClass;
  /** The class of the module that has the provider or controller. */
  readonly moduleClass: ProviderClass;
}

/** Any class, also an abstract one. */
export type ProviderClass = abstract new (...args: never[]) => unknown;

/**
 * Selects methods of providers and controllers:
 *
 * | rule | selects |
 * |---|---|
 * | `'OrdersService'` | the methods of classes with this name |
 * | `'OrdersService.place'` | one method |
 * | `'*Repository'`, `'OrdersService.get*'`, `'*.find'` | `*` stands for any characters except `.` |
 * | `/^Orders/` | the methods whose class and method, such as `OrdersService.place`, match |
 * | a class | the methods of the class and its subclasses; for the class of a module, those of its providers and controllers |
 * | a function | the methods for which it returns true. It is called once for each method at the start |
 */
export type ProviderRule =
  | string
  | RegExp
  | ProviderClass
  | ((method: ProviderMethodInfo) => boolean);

/** Options of the spans for the methods of providers and controllers. */
export interface ProviderTracingOptions {
  /**
   * Selects the traced methods. Objects of installed packages, and those from `useValue` and `useFactory`, are only
   * traced if a rule names their class or module: with a class, or with a text without `*`.
   *
   * @default all methods of the application's own classes
   */
  readonly include?: readonly ProviderRule[];
  /** Excludes methods, also those that `include` selects. @default [] */
  readonly exclude?: readonly ProviderRule[];
}

/** @throws TracingConfigError unless the option `providers` is a boolean or an object */
export function checkProviderOption(
  providers: boolean | ProviderTracingOptions | undefined,
): ProviderTracingOptions | undefined {
  if (providers === undefined || providers === false) return undefined;
  if (providers === true) return {};
  checkOption(
    typeof providers === 'object' && providers !== null && !Array.isArray(providers),
    'providers',
    'must be true, false or an object with include and exclude',
    providers,
    "Write providers: true, or providers: { exclude: ['CacheService'] }.",
  );
  return providers;
}
