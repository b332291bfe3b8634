import { decorateMeasured } from './measured-method.js';
import { type CountedOptions, checkMeasuredOptions, optionsOf } from './measured-options.js';

/** The metric of methods without a name of their own for it. */
const METHOD_CALLS = 'nestjs_traced.method.calls';
const DESCRIPTION = 'Number of the calls of a method.';

/**
 * Counts the calls of a method when their work ends: as `@Traced` knows it, for promises, Observables, iterators and
 * streams too. Failed calls have `error.type`. Sampling does not matter.
 *
 * The metric is `nestjs_traced.method.calls` with the attribute `code.function.name`, or has the given name. Metrics
 * need the option `metrics` of the application; without it the method is called as if it were not decorated.
 *
 * It works with `@Traced()` and other decorators in any order.
 *
 * @throws TracingConfigError if the decorator is not on a method, and for invalid options
 * @example
 * @Counted({ name: 'orders.placed', unit: '{order}', attributes: (order: Order) => ({ country: order.country }) })
 * async place(order: Order) {}
 */
export function Counted(nameOrOptions: string | CountedOptions = {}): MethodDecorator {
  const options = optionsOf<CountedOptions>('@Counted', nameOrOptions);
  const { name = METHOD_CALLS, description = DESCRIPTION, unit = '{call}' } = options;
  const words = { description, unit };
  checkMeasuredOptions('@Counted', name, options, words);
  return (...args: readonly unknown[]): void =>
    decorateMeasured(args, {
      decorator: '@Counted()',
      options,
      recorderIn(metrics) {
        const counter = metrics.counter(name, words);
        return { record: (_seconds, attributes) => counter.add(1, attributes) };
      },
    });
}
