import { installShared, type LocalTracer } from '../../context/index.js';
import { httpClientSettingsOf, openOperationsOf } from './http-client-settings.js';
import { watchNodeHttp } from './watch-node-http.js';
import { watchUndici } from './watch-undici.js';

/**
 * Traces the HTTP clients of the process while the application of `tracer` runs. The first application
 * installs the watchers, the last one removes them; an application with `http.client: false` needs none.
 *
 * @returns a function for the end of the application: ends the watch, and the spans of requests that are
 *   still open
 */
export function watchHttpClients(tracer: LocalTracer): () => void {
  if (!httpClientSettingsOf(tracer).isEnabled) return () => {};
  const release = installShared('http.client', () => {
    const endings = [watchUndici(), watchNodeHttp()];
    return () => {
      for (const end of endings) end();
    };
  });
  return () => {
    release();
    for (const operation of [...openOperationsOf(tracer)]) operation.cancel();
  };
}
