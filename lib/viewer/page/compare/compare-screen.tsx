import './compare.css';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { counted, formatNanos } from '../../analysis/durations.js';
import { lineOf } from '../../analysis/row-texts.js';
import { Link } from '../parts/link.js';
import { timeOfDay } from '../parts/time-of-day.js';
import { type KeyBinding, useKeys } from '../state/keys.js';
import { location, navigate, setParameters } from '../state/location.js';
import { pathOfTrace } from '../state/screen.js';
import { askForJson } from '../state/server.js';
import { wantedOf } from './compare-address.js';
import { type ComparedTrace, differenceSentence } from './compare-model.js';
import { CompareTable } from './compare-table.js';
import { Icicle } from './icicle-view.js';
import { type LoadedPair, loadPair } from './load-pair.js';

/** Two traces side by side: what differs, and where. */
export function CompareScreen() {
  const { search } = location.value;
  const wanted = wantedOf(search);
  const [a, b] = 'problem' in wanted ? ['', ''] : [wanted.a, wanted.b];
  const loaded = useSignal<LoadedPair | undefined>(undefined);
  useEffect(() => {
    document.title = 'Compare traces';
    return () => {
      document.title = 'Traces';
    };
  }, []);
  useEffect(() => {
    loaded.value = undefined;
    if (a === '') return;
    let isWanted = true;
    void loadPair(a, b, askForJson).then((result) => {
      if (isWanted) loaded.value = result;
    });
    return () => {
      isWanted = false;
    };
  }, [a, b, loaded]);
  if ('problem' in wanted) return <Problem text={wanted.problem} />;
  const result = loaded.value;
  if (result === undefined) {
    return (
      <main id="main" class="compare-message">
        <h1 class="unseen">Comparison of two traces</h1>
        <p>Reading both traces …</p>
      </main>
    );
  }
  return 'problem' in result ? <Problem text={result.problem} /> : <Pair loaded={result} />;
}

function Problem({ text }: { readonly text: string }) {
  return (
    <main id="main" class="compare-message">
      <h1 class="unseen">Comparison of two traces</h1>
      <p role="alert">{text}</p>
      <p>
        <Link href="/">Back to the traces</Link>
      </p>
    </main>
  );
}

function Pair({ loaded }: { readonly loaded: Exclude<LoadedPair, { problem: string }> }) {
  const { pair, isMedian, sampleCount } = loaded;
  const { a, b, comparison } = pair;
  const isList = location.value.search.get('view') === 'list';
  const bindings = useMemo(() => bindingsOf(a.row.id, b.row.id), [a, b]);
  useKeys('Comparison', bindings);
  const longestNanos = Math.max(a.durationNanos, b.durationNanos);
  return (
    <main id="main" class="compare">
      <h1 class="unseen">Comparison of two traces</h1>
      <div class="compare-heads">
        <Head side="A" trace={a} note="" />
        <Head
          side="B"
          trace={b}
          note={isMedian ? `the median of ${counted(sampleCount, 'other trace')}` : ''}
        />
        <button type="button" onClick={() => swap(a.row.id, b.row.id)}>
          swap
        </button>
      </div>
      <p class="compare-sentence">{differenceSentence(pair)}</p>
      <div class="compare-charts" aria-hidden="true">
        <Icicle side="a" comparison={comparison} longestNanos={longestNanos} />
        <Icicle side="b" comparison={comparison} longestNanos={longestNanos} />
      </div>
      <div class="compare-tools">
        <button type="button" aria-pressed={!isList} onClick={() => setView(undefined)}>
          tree
        </button>
        <button type="button" aria-pressed={isList} onClick={() => setView('list')}>
          by difference
        </button>
        <span class="hint">path: time on the critical path, of the spans themselves</span>
      </div>
      <CompareTable key={`${a.row.id} ${b.row.id}`} pair={pair} isList={isList} />
    </main>
  );
}

function Head({
  side,
  trace: { row, durationNanos, analysis },
  note,
}: {
  readonly side: string;
  readonly trace: ComparedTrace;
  readonly note: string;
}) {
  const facts = [
    formatNanos(durationNanos),
    counted(analysis.tree.trace.spanCount, 'span'),
    row.failedCount > 0 && `${row.failedCount} failed`,
    timeOfDay(row.startNanos),
    note,
  ].filter((fact) => fact !== false && fact !== '');
  return (
    <p class="compare-head">
      <b>{side}</b>{' '}
      <Link href={pathOfTrace(row.id)}>
        {lineOf(row.service)} {lineOf(row.name)}
      </Link>{' '}
      <span class="hint">{facts.join(' · ')}</span>
    </p>
  );
}

function swap(a: string, b: string): void {
  setParameters({ a: b, b: a }, { replace: true });
}

function setView(view: string | undefined): void {
  setParameters({ view }, { replace: true });
}

function bindingsOf(a: string, b: string): readonly KeyBinding[] {
  return [
    { keys: ['1'], label: 'Tree', run: () => setView(undefined) },
    { keys: ['2'], label: 'By difference', run: () => setView('list') },
    { keys: ['s'], label: 'Swap', run: () => swap(a, b) },
    { keys: ['a'], label: 'Open A', run: () => navigate(pathOfTrace(a)) },
    { keys: ['b'], label: 'Open B', run: () => navigate(pathOfTrace(b)) },
  ];
}
