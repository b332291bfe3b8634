import { useEffect } from 'preact/hooks';
import type { SavedTraceJson } from '../../api/saved-trace.js';
import { type KeyBinding, useKeys } from '../state/keys.js';
import { counts, liveState, openStream } from '../state/live.js';
import { location, navigate } from '../state/location.js';
import { savedTrace } from '../state/saved.js';
import { screenOf } from '../state/screen.js';
import { nextTheme, theme } from '../state/theme.js';
import { openHelp } from './help.js';
import { Link } from './link.js';
import { dateAndTime } from './time-of-day.js';

const BINDINGS: readonly KeyBinding[] = [
  { keys: ['g t'], label: 'Traces', run: () => navigate('/') },
  { keys: ['g g'], label: 'Graph of services', run: () => navigate('/graph') },
  { keys: ['?'], label: 'These keys', run: openHelp },
];
const FILE_BINDINGS: readonly KeyBinding[] = BINDINGS.slice(-1);

/** The line at the top of all screens. */
export function TopBar() {
  useEffect(openStream, []);
  const saved = savedTrace();
  useKeys('Everywhere', saved === undefined ? BINDINGS : FILE_BINDINGS);
  return (
    <header class="top-bar">
      <span class="brand">nestjs-traced</span>
      {saved === undefined ? <Screens /> : <SavedNote trace={saved} />}
      <button type="button" onClick={nextTheme}>
        Theme: {theme}
      </button>
      <button type="button" onClick={openHelp} aria-label="Keys">
        ?
      </button>
    </header>
  );
}

function Screens() {
  const { kind } = screenOf(location.value.path);
  return (
    <>
      <nav aria-label="Screens">
        <Link href="/" aria-current={kind === 'list' ? 'page' : undefined}>
          Traces
        </Link>
        <Link href="/graph" aria-current={kind === 'graph' ? 'page' : undefined}>
          Graph
        </Link>
      </nav>
      <LiveText />
    </>
  );
}

/** A file has no other screens, and nothing in it changes. */
function SavedNote({ trace: { savedMillis, version } }: { readonly trace: SavedTraceJson }) {
  const time = dateAndTime(BigInt(savedMillis) * 1_000_000n).slice(0, 'yyyy-mm-dd hh:mm'.length);
  return (
    <span class="live">
      saved {time} by nestjs-traced {version}
    </span>
  );
}

const LIVE_TEXTS = {
  connecting: '○ connecting',
  live: '● live',
  lost: '○ the viewer does not answer',
} as const;

function LiveText() {
  const current = counts.value;
  return (
    <span class={`live live-${liveState.value}`}>
      {LIVE_TEXTS[liveState.value]}
      {current !== undefined && ` · ${current.traces.kept.toLocaleString('en')} traces`}
    </span>
  );
}
