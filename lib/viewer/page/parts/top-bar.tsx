import { useEffect } from 'preact/hooks';
import { counted } from '../../analysis/durations.js';
import type { SavedTraceJson } from '../../api/saved-trace.js';
import { type KeyBinding, useKeys } from '../state/keys.js';
import { counts, liveState, openStream, spansPerSecond } from '../state/live.js';
import { location, navigate } from '../state/location.js';
import { savedTrace } from '../state/saved.js';
import { screenOf } from '../state/screen.js';
import { nextTheme, theme } from '../state/theme.js';
import { announce } from './announcer.js';
import { bytesText } from './bytes-text.js';
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
  useEffect(tellConnection, []);
  useKeys('Everywhere', saved === undefined ? BINDINGS : FILE_BINDINGS);
  return (
    <header class="top-bar">
      <span class="brand">nestjs-traced</span>
      {saved === undefined ? <Screens /> : <SavedNote trace={saved} />}
      <button
        type="button"
        class="quiet"
        onClick={nextTheme}
        aria-label={`Theme: ${theme.value}`}
        title={`Theme: ${theme.value}`}
      >
        {THEME_SIGNS[theme.value]}
      </button>
      <button type="button" class="quiet" onClick={openHelp} aria-label="Keys" title="Keys: ?">
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

/** Says when the server is gone, and when it is there again: the line at the top is easily missed. */
function tellConnection(): () => void {
  let wasLost = false;
  return liveState.subscribe((state) => {
    if (state === 'lost' && !wasLost) announce('The viewer does not answer');
    if (state === 'live' && wasLost) announce('The viewer answers again');
    wasLost = state === 'lost';
  });
}

const THEME_SIGNS = { system: '◐', light: '☀', dark: '☾' } as const;

const LIVE_TEXTS = {
  connecting: '○ connecting',
  live: '● live',
  lost: '✗ connection lost, trying again',
} as const;

function LiveText() {
  const current = counts.value;
  const state = liveState.value;
  return (
    <span class="live-text">
      <span class={`live-${state}`}>{LIVE_TEXTS[state]}</span>
      {current !== undefined && (
        <span class="live-counts">
          {counted(current.traces.kept, 'trace')} · {bytesText(current.byteCount)} ·{' '}
          {counted(Math.round(spansPerSecond.value), 'span')}/s
        </span>
      )}
    </span>
  );
}
