import { useEffect } from 'preact/hooks';
import { type KeyBinding, useKeys } from '../state/keys.js';
import { counts, liveState, openStream } from '../state/live.js';
import { location, navigate } from '../state/location.js';
import { screenOf } from '../state/screen.js';
import { nextTheme, theme } from '../state/theme.js';
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
      <button type="button" onClick={nextTheme}>
        Theme: {theme}
      </button>
      <button type="button" onClick={openHelp} aria-label="Keys">
        ?
      </button>
    </header>
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
