import { createStandIn } from '../stand-in.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import type { QueryRunnerShape } from './data-source-shape.js';

const standIns = new WeakSet<object>();

/**
 * Makes subscribers and listeners of entities run inside the span of the transaction that their query runner has
 * begun. `save` and `remove` begin transactions without a callback, so what they call would stand beside the queries.
 * Does nothing for a runner without a broadcaster, and for one that is traced already.
 */
export function traceBroadcasterOf(runner: QueryRunnerShape): void {
  const { broadcaster } = runner;
  if (typeof broadcaster !== 'object' || broadcaster === null || standIns.has(broadcaster)) return;
  const standIn = createStandIn(broadcaster, (name, original) =>
    name === 'constructor'
      ? undefined
      : (values) =>
          joinTransaction(TransactionSpan.of(runner), () =>
            Reflect.apply(original, broadcaster, values),
          ),
  );
  standIns.add(standIn);
  runner.broadcaster = standIn;
}
