/** What the compiler makes of a decorator: so these files run as they stand. */
export function decorate(target, method, decorator) {
  const { prototype } = target;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  const decorated = decorator(prototype, method, descriptor) ?? descriptor;
  Object.defineProperty(prototype, method, decorated);
}
