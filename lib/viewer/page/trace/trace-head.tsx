import { counted, formatNanos } from '../../analysis/durations.js';
import type { Sentence } from '../../analysis/headline.js';
import { answerOf } from '../../analysis/row-texts.js';
import { durationOf } from '../../analysis/trace-tree.js';
import { CopyButton } from '../parts/copy-button.js';
import { Link } from '../parts/link.js';
import { ServiceMark } from '../parts/service-mark.js';
import { shownServices } from '../parts/shown-services.js';
import { dateAndTime } from '../parts/time-of-day.js';
import { markedTrace } from '../state/compare-mark.js';
import { savedTrace } from '../state/saved.js';
import { SaveMenu } from './save-menu.js';
import type { TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';

/** What the head does beside what the state can do. */
export interface HeadActions {
  readonly mark: () => void;
  readonly star: () => void;
  readonly link: () => string;
  readonly text: () => string;
}

/** What the trace is, why it failed and why it took so long. */
export function TraceHead({
  state,
  model,
  actions,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly actions: HeadActions;
}) {
  const { tree } = model.analysis;
  const { mainRoot } = tree;
  const row = state.row.value;
  const isFile = savedTrace() !== undefined;
  const isStarred = row?.isStarred === true;
  const isMarked = markedTrace.value === model.trace.traceId;
  const services = shownServices(model.services);
  const start = model.trace.base + BigInt(Math.round(model.whole.from));
  return (
    <header class="trace-head">
      <div class="trace-title">
        {!isFile && (
          <Link href="/" aria-label="Back to the list" class="back">
            ‹
          </Link>
        )}
        <h1>{mainRoot === -1 ? 'No spans' : (row?.name ?? '')}</h1>
        {mainRoot !== -1 && <Answer model={model} />}
        <span class="facts">
          <b>{mainRoot === -1 ? '' : formatNanos(durationOf(tree, mainRoot))}</b>
          <span title={services.title}>{counted(model.services.length, 'service')}</span>
          <span>{counted(model.trace.spanCount, 'span')}</span>
          {model.failedCount > 0 && (
            <span class="bad">{model.failedCount.toLocaleString('en')} failed</span>
          )}
          {model.runningCount > 0 && <span>◌ {counted(model.runningCount, 'span')} running</span>}
          <time class="dim">{dateAndTime(start)}</time>
        </span>
        <span class="trace-actions">
          {!isFile && (
            <>
              <button type="button" aria-pressed={isStarred} onClick={actions.star}>
                {isStarred ? '★ starred' : '☆ star'}
              </button>
              <button type="button" aria-pressed={isMarked} onClick={actions.mark}>
                {markedTrace.value === undefined || isMarked
                  ? 'compare'
                  : 'compare with the marked'}
              </button>
              <UsualLink state={state} traceId={model.trace.traceId} />
              <SaveMenu traceId={model.trace.traceId} />
              <CopyButton text={actions.link} what="the link to this view" label="link" />
            </>
          )}
          <CopyButton text={actions.text} what="the trace as text" label="text" />
        </span>
      </div>
      <ul class="sentences" aria-label="What happened">
        {(state.sentences.value ?? []).map((sentence) => (
          <SentenceLine key={sentence.kind} state={state} sentence={sentence} />
        ))}
        <FindingCount state={state} />
        <Corrections state={state} model={model} />
      </ul>
      <div class="services">
        {services.shown.map((service) => (
          <span key={service}>
            <ServiceMark service={service} />
            {service}
          </span>
        ))}
        {services.more}
      </div>
    </header>
  );
}

/** The comparison with the median trace of the same service and name, if there are others. */
function UsualLink({ state, traceId }: { readonly state: TraceState; readonly traceId: string }) {
  const usual = state.context.value?.usual;
  if (usual === undefined) return null;
  const others = counted(usual.sampleCount, 'other trace');
  return (
    <Link
      href={`/compare?a=${traceId}&b=median`}
      title={`Compare with the median of ${others} of the same service and name`}
    >
      usually {formatNanos(usual.medianNanos)}
    </Link>
  );
}

function Answer({ model }: { readonly model: TraceModel }) {
  const { tree } = model.analysis;
  const answer = answerOf(tree, tree.mainRoot);
  const hasFailed = model.trace.statuses[tree.mainRoot] === 2;
  if (answer === undefined) return hasFailed ? <span class="status bad">✗ failed</span> : null;
  return (
    <span class={`status ${hasFailed ? 'bad' : ''}`}>
      {hasFailed ? '✗ ' : ''}
      {answer}
    </span>
  );
}

const MARKS: Readonly<Record<Sentence['kind'], string>> = {
  failed: '✗',
  refused: '✗',
  later: '✗',
  handled: '✓',
  slow: '◷',
  running: '◌',
};

function SentenceLine({
  state,
  sentence: { kind, text, rows },
}: {
  readonly state: TraceState;
  readonly sentence: Sentence;
}) {
  // A failure is a way from the root to where it began; the other sentences begin with their first row.
  const isWay = kind === 'failed' || kind === 'refused';
  return (
    <li class={`sentence sentence-${kind}`}>
      <span aria-hidden="true">{MARKS[kind]}</span>
      <button type="button" onClick={() => state.pick(rows, isWay ? rows.at(-1) : rows[0])}>
        {text}
      </button>
    </li>
  );
}

function FindingCount({ state }: { readonly state: TraceState }) {
  const count = state.findings.value?.length ?? 0;
  if (count === 0) return null;
  return (
    <li class="sentence sentence-findings">
      <span aria-hidden="true">⚠</span>
      <button type="button" onClick={() => state.setView('findings')}>
        {counted(count, 'finding')}
      </button>
    </li>
  );
}

function Corrections({ state, model }: { readonly state: TraceState; readonly model: TraceModel }) {
  const { hostsOffCount } = model;
  if (hostsOffCount === 0) return null;
  return (
    <li class="sentence">
      <span aria-hidden="true">⏱</span>
      <label>
        <input
          type="checkbox"
          checked={state.correctsClocks.value}
          onChange={({ currentTarget }) => state.setCorrectsClocks(currentTarget.checked)}
        />
        correct the clocks of {counted(hostsOffCount, 'host')}
      </label>
    </li>
  );
}
