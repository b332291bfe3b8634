/** A route of an application, as its requests' spans show it. */
export interface MatchedRoute {
  /** The path with names of parameters instead of values, such as `/orders/:id`. */
  readonly template: string;
  /** The function that handles the route, such as `OrdersController.find`, if its name is known. */
  readonly functionName: string | undefined;
}

/**
 * Describes a route.
 *
 * @returns undefined if the route matches every path and no function of a controller handles it: such
 *   routes answer requests that have no route
 */
export function matchedRoute(
  template: string,
  functionName: string | undefined,
): MatchedRoute | undefined {
  return functionName === undefined && isCatchAll(template)
    ? undefined
    : { template, functionName };
}

/** True for `*`, `/*`, `/*path`, `/{*path}` and `{/*path}`. */
export function isCatchAll(template: string): boolean {
  return /^\/?\{?\/?\*\w*\}?$/.test(template);
}
