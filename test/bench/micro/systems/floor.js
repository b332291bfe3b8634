import { Floor } from '../../floor/floor.js';
import { requestCases } from '../request-cases.js';

/** The least that the path of a request costs: see `floor/floor.js`. */
function start() {
  const floor = new Floor((body) => {
    system.bodies?.push(Buffer.from(body));
    return true;
  });
  const system = {
    bodies: undefined,
    activeSpan: () => floor.activeSpan,
    decorator: floor.traced,
    run: (request, response, route, proceed) => floor.run(request, response, route, proceed),
    flush: async () => floor.flush(),
  };
  return system;
}

export const { requestPath } = requestCases(start);
