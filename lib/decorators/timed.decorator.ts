import { decorateMeasured } from './measured-method.js';
import { checkMeasuredOptions, optionsOf, type TimedOptions } from './measured-options.js';

/** The metric of methods without a name of their own for it. */
const METHOD_DURATION = 'nestjs_traced.method.duration';
const DESCRIPTION = 'Duration of the calls of a method.';

/**
 * Records the duration of each call of a method in a histogram, in seconds, until its work ends: as `@Traced` knows it,
 * for promises, Observables, iterators and streams too. The values of failed calls have `error.type`. Sampling does not
 * matter; the active span becomes the exemplar if it is sampled.
 *
 * The metric is `nestjs_traced.method.duration` with the attribute `code.function.name`, or has the given name. Metrics
 * need the option `metrics` of the application; without it the method is called as if it were not decorated.
 *
 * It works with `@Traced()` and other decorators in any order.
 *
 * @throws TracingConfigError if the decorator is not on a method, and for invalid options
 * @example
 * @Timed({ name: 'orders.place.duration', attributes: (order: Order) => ({ country: order.country }) })
 * async place(order: Order) {}
 */
export function Timed(nameOrOptions: string | TimedOptions = {}): MethodDecorator {
  const options = optionsOf<TimedOptions>('@Timed', nameOrOptions);
  const { name = METHOD_DURATION, description = DESCRIPTION, bounds } = options;
  const words = { description, unit: 's', ...(bounds && { bounds }) };
  checkMeasuredOptions('@Timed', name, options, words);
  return (...args: readonly unknown[]): void =>
    decorateMeasured(args, {
      decorator: '@Timed()',
      options,
      recorderIn(metrics) {
        return metrics.timer(name, words);
      },
    });
}
