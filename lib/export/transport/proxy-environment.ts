/** Variables that name proxies, by name. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

/**
 * The environment that names proxies. The exporters read it themselves, and not the settings of an application,
 * because an application creates most exporters before it has a `Tracing`, and some without one.
 */
export function proxyVariables(): ProxyVariables {
  return process.env;
}
