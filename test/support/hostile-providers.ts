function refuse(trap: string): () => never {
  return () => {
    throw new Error(`The trap ${trap} was called`);
  };
}

function refusing(...traps: (keyof ProxyHandler<object>)[]): object {
  const handler = Object.fromEntries(traps.map((trap) => [trap, refuse(trap)]));
  return new Proxy({}, handler);
}

/**
 * Objects that an application may have among its providers, which Nest itself takes, and which throw
 * for one who looks into them.
 */
export const hostileProviders: Readonly<Record<string, object>> = {
  ownKeys: refusing('ownKeys'),
  getOwnPropertyDescriptor: refusing('getOwnPropertyDescriptor'),
  getPrototypeOf: refusing('getPrototypeOf'),
  all: refusing('ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'has', 'set'),
  getters: Object.defineProperties(
    {},
    Object.fromEntries(
      ['clients', 'createClientByServiceName', 'getService', 'options', 'manager'].map((key) => [
        key,
        { enumerable: true, get: refuse(key) },
      ]),
    ),
  ),
};
