import { BatchSpanProcessor } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { OtlpSpanExporter } from '../export/index.js';
import type { SpanProcessor } from '../trace/index.js';
import type { ViewerDestination } from '../viewer-destination.js';
import type { EnvironmentSettings } from './environment.js';
import type { SpanViewer } from './tracing-options.js';

/** Who looks at a viewer sees a span half a second after its end. */
const VIEWER_DELAY_MILLIS = 200;
/** If the process with the viewer ends, another one takes over within two seconds. */
const TAKE_OVER_RETRY = { maxRetries: 12, initialBackoffMillis: 300, maxBackoffMillis: 1_000 };
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Creates the span processor that sends all recorded spans to a viewer on this machine.
 *
 * @param timeoutMillis how long the shutdown of the application may take
 */
export function createViewerProcessor(
  { url, headers }: ViewerDestination,
  timeoutMillis: number,
  diagnostics: Diagnostics,
): SpanProcessor {
  const exporter = new OtlpSpanExporter({ url, headers, diagnostics, retry: TAKE_OVER_RETRY });
  return new BatchSpanProcessor(exporter, {
    scheduledDelayMillis: VIEWER_DELAY_MILLIS,
    // Shorter, so that the dropped spans are counted before the application stops waiting.
    shutdownTimeoutMillis: Math.max(1, timeoutMillis * 0.9),
    diagnostics,
  });
}

/** Whether the environment names an exporter; the console is only for applications without any. */
export function hasChosenExporter({ exporterName, hasOtlpEndpoint }: EnvironmentSettings): boolean {
  return exporterName !== undefined || hasOtlpEndpoint;
}

/** Whether the exporter of the environment sends to the viewer already, as when the viewer started it. */
export function exportsToViewer(
  { exporterName, hasOtlpEndpoint, otlp }: EnvironmentSettings,
  viewer: SpanViewer,
): boolean {
  if (exporterName !== undefined ? exporterName !== 'otlp' : !hasOtlpEndpoint) return false;
  return otlp.url !== undefined && serverOf(otlp.url) === serverOf(viewer.url);
}

/** The viewer that has started the process, if the exporter of the environment sends to it. */
export function viewerOfEnvironment(environment: EnvironmentSettings): SpanViewer | undefined {
  const { viewerUrl, otlp } = environment;
  // It is on this machine.
  if (viewerUrl === undefined || !viewerUrl.startsWith('http:')) return undefined;
  const viewer = { url: new URL('/v1/traces', viewerUrl).href, headers: otlp.headers ?? {} };
  return exportsToViewer(environment, viewer) ? viewer : undefined;
}

function serverOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  return `${LOOPBACK.test(hostname) ? 'localhost' : hostname}:${port}`;
}
