import { checkBoolean, checkOption } from '../option-checks.js';

/** What Nest calls for a request, as the values of the attribute `nestjs.type`. */
export type LifecycleStage =
  | 'middleware'
  | 'guard'
  | 'pipe'
  | 'interceptor'
  | 'handler'
  | 'exception_filter';

/** The parts of the lifecycle of a request that have spans. */
export interface LifecycleTracingOptions {
  /** Class middleware and functional middleware that modules apply in `configure`. @default false */
  readonly middleware?: boolean;
  /** Guards: `AuthGuard.canActivate`. @default false */
  readonly guards?: boolean;
  /** Pipes, also those of parameters: `ValidationPipe.transform`. @default false */
  readonly pipes?: boolean;
  /**
   * Interceptors: `LoggingInterceptor.intercept`. The span encloses those of the inner interceptors, the pipes
   * and the handler. It ends when the Observable of the interceptor ends.
   * @default false
   */
  readonly interceptors?: boolean;
  /**
   * Methods of controllers and gateways, and the queries, mutations and subscriptions of resolvers:
   * `OrdersController.find`.
   * @default false
   */
  readonly handlers?: boolean;
  /** Exception filters: `HttpErrorFilter.catch`. @default false */
  readonly filters?: boolean;
}

/** The option `lifecycle`: true for handlers only, `'all'` for all parts, or an object that names the parts. */
export type LifecycleOption = boolean | 'all' | LifecycleTracingOptions;

/** The stage of each member of the options, in the order in which Nest calls them. */
const STAGES: Readonly<Record<keyof LifecycleTracingOptions, LifecycleStage>> = {
  middleware: 'middleware',
  guards: 'guard',
  interceptors: 'interceptor',
  pipes: 'pipe',
  handlers: 'handler',
  filters: 'exception_filter',
};

const REMEDY =
  "Write lifecycle: true for handlers, 'all' for everything, or an object such as { guards: true, handlers: true }.";

/**
 * Returns the stages that have spans.
 *
 * @throws TracingConfigError for an invalid option
 */
export function stagesOf(option: LifecycleOption | undefined): ReadonlySet<LifecycleStage> {
  if (option === undefined || option === false) return new Set();
  if (option === true) return new Set(['handler']);
  if (option === 'all') return new Set(Object.values(STAGES));
  checkOption(
    typeof option === 'object' && option !== null && !Array.isArray(option),
    'lifecycle',
    "must be true, false, 'all' or an object",
    option,
    REMEDY,
  );
  const known = Object.keys(STAGES) as (keyof LifecycleTracingOptions)[];
  const unknown = Object.keys(option).filter((key) => !Object.hasOwn(STAGES, key));
  checkOption(
    unknown.length === 0,
    'lifecycle',
    `must only have the members ${known.join(', ')}`,
    unknown,
    REMEDY,
  );
  return new Set(
    known
      .filter((key) => checkBoolean(`lifecycle.${key}`, option[key], false))
      .map((key) => STAGES[key]),
  );
}
