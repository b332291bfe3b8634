import { setImmediate as nextTurn } from 'node:timers/promises';
import { decorate } from '../application/server/decorate.js';
import { readSpans } from './read-spans.js';
import { RequestDouble, ResponseDouble, ROUTES, requestsWith } from './request-subjects.js';
import { BATCH_SPANS, VARIANTS } from './subjects.js';

const REQUESTS = BATCH_SPANS / 2;

/**
 * The path of a request through a tracer, in the process: its span begins from the headers, a decorated method runs
 * and tells three attributes of its work, both spans end and are encoded. A thousand different requests take turns.
 *
 * A system is `{ decorator, activeSpan, run, flush, bodies }`: `decorator` is for methods, `activeSpan()` gives the span
 * of the code that runs, `run(request, response, route, proceed)` begins the span of a request, and the bodies that
 * it would have sent arrive in the array `bodies`, if there is one. Without a decorator nothing is traced.
 *
 * @param start makes a system whose sampler takes every trace that begins here
 * @param startUnsampled makes one whose sampler takes none
 * @param startMeasured makes one whose sampler takes none, with metrics
 */
export function requestCases(start, startUnsampled, startMeasured) {
  return {
    // Three of four come from callers with tracing.
    requestPath: () => requests(start(), mixedRequests(), 2),
    requestPathUnsampled: () => requests(startUnsampled(), requestsWith(undefined), 0),
    requestMetricsUnsampled: () => requests(startMeasured(), requestsWith(undefined), 0),
    requestPathUnsampledCaller: () => requests(start(), requestsWith('00'), 0),
  };
}

function mixedRequests() {
  const traced = requestsWith('01');
  return requestsWith(undefined).map((plain, turn) => ((turn & 3) === 0 ? plain : traced[turn]));
}

function requests(system, plans, spansPerRequest) {
  const controllers = ROUTES.map((_, index) => tracedController(system, index));
  let turn = 0;
  const handleNext = async () => {
    const plan = plans[turn];
    const controller = controllers[turn % controllers.length];
    turn = turn === VARIANTS - 1 ? 0 : turn + 1;
    const request = new RequestDouble(plan);
    const response = new ResponseDouble(plan);
    await system.run(request, response, plan.route, () => controller.find(plan.attributes));
    response.emit('close');
  };
  return {
    operations: REQUESTS,
    async run() {
      for (let count = 0; count < REQUESTS; count++) await handleNext();
      await nextTurn();
    },
    async verify() {
      await system.flush();
      system.bodies = [];
      turn = 0;
      for (let count = 0; count < VARIANTS; count++) {
        await handleNext();
        if (count % REQUESTS === 0) await nextTurn();
      }
      await system.flush();
      const spans = readSpans(system.bodies);
      const expected = system.decorator ? spansPerRequest * VARIANTS : 0;
      if (spans.length !== expected) {
        throw new Error(`${spans.length} spans of ${VARIANTS} requests were encoded`);
      }
      return { work: spans.sort().join('\n') };
    },
  };
}

/** Each class has a method of its own, so that calls do not all go to one function. */
function tracedController(system, index) {
  const name = `Resources${index}`;
  const { [name]: Controller } = {
    [name]: class {
      async find(attributes) {
        system.activeSpan()?.setAttributes(attributes);
        return attributes;
      }
    },
  };
  if (system.decorator) decorate(Controller, 'find', system.decorator);
  return new Controller();
}
