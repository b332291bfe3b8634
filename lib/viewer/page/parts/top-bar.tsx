import { useEffect } from 'preact/hooks';
import { counted } from '../../analysis/durations.js';
import { type KeyBinding, useKeys } from '../state/keys.js';
import { counts, liveState, openStream, spansPerSecond } from '../state/live.js';
import { location, navigate } from '../state/location.js';
import { screenOf } from '../state/screen.js';
import { nextTheme, theme } from '../state/theme.js';
import { announce } from './announcer.js';
import { bytesText } from './bytes-text.js';
import { openHelp } from './help.js';
import { Link } from './link.js';

const BINDINGS: readonly KeyBinding[] = [
  { keys: ['g t'], label: 'Traces', run: () => navigate('/') },
  { keys: ['g g'], label: 'Graph of services', run: () => navigate('/graph') },
  { keys: ['?'], label: 'These keys', run: openHelp },
];

/** The line at the top of all screens. */
export function TopBar() {
  useEffect(openStream, []);
  useEffect(tellConnection, []);
  useKeys('Everywhere', BINDINGS);
  const { kind } = screenOf(location.value.path);
  return (
    <header class="top-bar">
      <span class="brand">nestjs-traced</span>
      <nav aria-label="Screens">
        <Link href="/" aria-current={kind === 'list' ? 'page' : undefined}>
          Traces
        </Link>
        <Link href="/graph" aria-current={kind === 'graph' ? 'page' : undefined}>
          Graph
        </Link>
      </nav>
      <LiveText />
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
