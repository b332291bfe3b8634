import 'reflect-metadata';

/** The key that marks a method of a controller whose requests are not traced. */
const UNTRACED_ROUTE_METADATA = 'nestjs-traced:untraced-route';

/** Marks a method of a controller of this library: its requests are neither traced nor measured. */
export function markUntracedRoute(method: object): void {
  Reflect.defineMetadata(UNTRACED_ROUTE_METADATA, true, method);
}

/** Whether a function that Nest registers for a route is marked. Nest copies the metadata of a method onto it. */
export function isUntracedRoute(handler: object): boolean {
  return Reflect.getMetadata(UNTRACED_ROUTE_METADATA, handler) === true;
}
