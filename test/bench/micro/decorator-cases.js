import { countedSpans, insideParent, unsampled } from './span-cases.js';

/**
 * The cases about decorated methods, each called inside an active span. What is done inside is as
 * little as can be: the decorator's cost is what is measured.
 *
 * @param decorator the method decorator, made once for each method
 */
export function decoratorCases(decorator, startSampled, startUnsampled) {
  const orders = decoratedOrders(decorator);
  const sync = (count) => callSync(orders, count);
  const async = (count) => callAsync(orders, count);
  return {
    decoratedSync: () => sampledCalls(startSampled(), sync),
    decoratedAsync: () => sampledCalls(startSampled(), async),
    decoratedSyncUnsampled: () => unsampledCalls(startUnsampled(), sync),
    decoratedAsyncUnsampled: () => unsampledCalls(startUnsampled(), async),
  };
}

/** Calls inside an active sampled span, whose spans are counted. */
export function sampledCalls({ tracer, exporter, flush }, calls) {
  return countedSpans(exporter, flush, insideParent(tracer, calls));
}

/** Calls inside an active unsampled span. */
export function unsampledCalls(started, calls) {
  return unsampled(started, insideParent(started.tracer, calls));
}

export class Orders {
  total(price, count) {
    return price * count;
  }

  async find(id) {
    return id;
  }
}

/** Decorates as the compiler's output does: with the prototype, the name and the descriptor. */
function decoratedOrders(decorator) {
  class DecoratedOrders extends Orders {}
  for (const method of ['total', 'find']) {
    const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, method);
    const prototype = DecoratedOrders.prototype;
    const decorated = decorator(prototype, method, descriptor) ?? descriptor;
    Object.defineProperty(prototype, method, decorated);
  }
  return new DecoratedOrders();
}

export function callSync(orders, count) {
  let sum = 0;
  for (let turn = 0; turn < count; turn++) sum += orders.total(turn, 2);
  if (sum !== count * (count - 1)) throw new Error('the method did not do its work');
}

async function callAsync(orders, count) {
  let sum = 0;
  for (let turn = 0; turn < count; turn++) sum += await orders.find(2);
  if (sum !== count * 2) throw new Error('the method did not do its work');
}
