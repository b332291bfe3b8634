import './details.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Wait } from '../../analysis/blocking.js';
import { formatNanos } from '../../analysis/durations.js';
import { failureChain } from '../../analysis/root-cause.js';
import { answerOf, errorOf, KIND_WORDS } from '../../analysis/row-texts.js';
import { durationOf, isMissing, rowKind, rowName, rowService } from '../../analysis/trace-tree.js';
import { CopyButton } from '../parts/copy-button.js';
import { ServiceMark } from '../parts/service-mark.js';
import { ask } from '../state/server.js';
import { ColumnEdge, columnWidths } from './column-widths.js';
import { openStateOf } from './open-state.js';
import { readSpanDetails, type SpanDetails } from './span-loader.js';
import { SpanSections } from './span-sections.js';
import { spanIdOfRow, type TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';

/** Everything about the selected span. */
export function DetailsPanel({
  state,
  model,
  row,
  isDropped,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly row: number;
  readonly isDropped: boolean;
}) {
  const { tree } = model.analysis;
  const spanId = spanIdOfRow(model, row);
  const width = columnWidths.value.details;
  return (
    <aside
      class="details"
      aria-label="Details of the span"
      style={{ '--details-width': `${width}px` }}
    >
      <ColumnEdge name="details" grows={-1} />
      <div class="details-scroll">
        <header>
          <h2>
            <ServiceMark service={rowService(tree, row)} />
            {rowName(tree, row)}
          </h2>
          <button type="button" aria-label="Close the details" onClick={() => state.closeDetails()}>
            ×
          </button>
        </header>
        <Summary model={model} row={row} spanId={spanId} />
        <Why state={state} model={model} row={row} />
        {isMissing(tree, row) ? (
          <p class="dim">
            Spans name this span as their parent, but it has not arrived: it is running, it was not
            sampled, or its process sends its spans elsewhere.
          </p>
        ) : (
          <Loaded
            key={spanId}
            state={state}
            model={model}
            row={row}
            spanId={spanId}
            isDropped={isDropped}
          />
        )}
      </div>
    </aside>
  );
}

function Summary({
  model,
  row,
  spanId,
}: {
  readonly model: TraceModel;
  readonly row: number;
  readonly spanId: string;
}) {
  const { analysis, whole } = model;
  const { tree, selfNanos, path, waits } = analysis;
  const kind = KIND_WORDS[rowKind(tree, row)] ?? 'internal';
  const openState = openStateOf(tree, row);
  const facts: readonly (readonly [string, string])[] = [
    ['service', rowService(tree, row)],
    ['kind', isMissing(tree, row) ? '' : kind],
    ['status', answerOf(tree, row) ?? ''],
    [
      'duration',
      `${formatNanos(durationOf(tree, row))}${openState === '' ? '' : `, ${openState}`}`,
    ],
    ['starts at', formatNanos((tree.starts[row] as number) - whole.from)],
    ['own or untraced', formatNanos(selfNanos[row] ?? 0)],
    ['on the path', formatNanos(path.pathNanos[row] ?? 0)],
    ['parent', WAIT_TEXTS[waits[row] ?? 0] ?? ''],
  ];
  return (
    <dl class="facts-list">
      {facts
        .filter(([, text]) => text !== '')
        .map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      <div>
        <dt>span id</dt>
        <dd>
          <code>{spanId}</code> <CopyButton text={spanId} what="the span id" label="copy" />
        </dd>
      </div>
    </dl>
  );
}

const WAIT_TEXTS: Readonly<Record<number, string>> = {
  [Wait.MESSAGE]: 'does not wait: a message',
  [Wait.DETACHED]: 'does not wait: it ended before this span',
  [Wait.LATER]: 'does not wait: it had ended before this span began',
};

/** What went wrong in the span, and where it began. */
function Why({
  state,
  model,
  row,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly row: number;
}) {
  const { tree } = model.analysis;
  const chain = failureChain(model.analysis, row);
  const origin = chain.at(-1);
  if (origin === undefined) return null;
  const error = errorOf(tree, origin) ?? 'it says no reason';
  return (
    <section class="why" aria-label="Why it failed">
      {origin === row ? (
        <p class="bad">✗ {error}</p>
      ) : (
        <p class="bad">
          ✗ It began in {rowService(tree, origin)},{' '}
          <button type="button" class="plain" onClick={() => state.goToRow(origin)}>
            {rowName(tree, origin)}
          </button>
          : {error}
        </p>
      )}
    </section>
  );
}

/** What the server tells about the span; asked for again when the trace has changed. */
function Loaded({
  state,
  model,
  row,
  spanId,
  isDropped,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly row: number;
  readonly spanId: string;
  readonly isDropped: boolean;
}) {
  const details = useSignal<SpanDetails | undefined>(undefined);
  const problem = useSignal('');
  const { trace } = model;
  const kind = rowKind(model.analysis.tree, row);
  useEffect(() => {
    let isWanted = true;
    if (isDropped) return;
    ask(`/api/traces/${trace.traceId}/spans/${spanId}`)
      .then((response) => response.text())
      .then((text) => {
        if (!isWanted) return;
        details.value = readSpanDetails(text, kind);
        problem.value = '';
      })
      .catch((error: unknown) => {
        if (isWanted) problem.value = error instanceof Error ? error.message : String(error);
      });
    return () => {
      isWanted = false;
    };
  }, [trace, spanId, kind, isDropped]);
  if (details.value === undefined) {
    return <p class={problem.value === '' ? 'dim' : 'bad'}>{problem.value || 'Loading …'}</p>;
  }
  return <SpanSections state={state} model={model} row={row} details={details.value} />;
}
