import { CopyButton } from '../parts/copy-button.js';
import { Link } from '../parts/link.js';
import { liveState } from '../state/live.js';
import type { ListAddress } from './list-address.js';
import { filterParameters } from './list-address.js';
import type { ListState } from './list-state.js';

/** What stands in place of a list without rows. */
export function EmptyList({
  state,
  address,
}: {
  readonly state: ListState;
  readonly address: ListAddress;
}) {
  const failure = state.failure.value;
  if (failure !== undefined || (liveState.value === 'lost' && !state.isLoaded.value)) {
    return (
      <section class="list-empty">
        <h2>The list was not loaded</h2>
        <p>{failure ?? 'The viewer does not answer.'}</p>
        <button type="button" onClick={() => state.reload()}>
          Try again
        </button>
      </section>
    );
  }
  if (!state.isLoaded.value) return <section class="list-empty" aria-busy="true" />;
  if (filterParameters(address) !== '') {
    return (
      <section class="list-empty">
        <h2>No trace matches</h2>
        <p>
          <Link href="/">Show all traces</Link>
        </p>
      </section>
    );
  }
  return <HowToSend />;
}

function HowToSend() {
  const { origin } = window.location;
  const { port } = window.location;
  return (
    <section class="list-empty">
      <h2>No trace has arrived yet</h2>
      <p>The list fills as soon as an application sends its spans here.</p>
      <dl class="how-to">
        <dt>NestJS with nestjs-traced</dt>
        <dd>
          <Snippet
            text={`imports: [TracingModule.forRoot({ serviceName: 'orders' }), TracingViewerModule.forRoot()]`}
          />
        </dd>
        <dt>Any SDK of OpenTelemetry</dt>
        <dd>
          <Snippet text={`OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`} />
        </dd>
        <dt>A command with its own environment</dt>
        <dd>
          <Snippet text={`npx nestjs-traced viewer --port ${port} -- npm start`} />
        </dd>
        <dt>Addresses</dt>
        <dd>
          OTLP over HTTP, JSON or protobuf: <code>{origin}/v1/traces</code>,{' '}
          <code>{origin}/v1/logs</code>. From a container, the host is{' '}
          <code>host.docker.internal</code>.
        </dd>
        <dt>Files</dt>
        <dd>Drop a file of OTLP or Jaeger on this page.</dd>
      </dl>
    </section>
  );
}

function Snippet({ text }: { readonly text: string }) {
  return (
    <span class="snippet">
      <code>{text}</code> <CopyButton text={text} what="this line" label="Copy" />
    </span>
  );
}
