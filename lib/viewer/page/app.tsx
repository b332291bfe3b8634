import { CompareScreen } from './compare/compare-screen.js';
import { GraphScreen } from './graph/graph-screen.js';
import { ListScreen } from './list/list-screen.js';
import { Announcer } from './parts/announcer.js';
import { FileImport } from './parts/file-import.js';
import { Help } from './parts/help.js';
import { Toasts } from './parts/toasts.js';
import { TopBar } from './parts/top-bar.js';
import { location } from './state/location.js';
import { savedTrace } from './state/saved.js';
import { screenOf } from './state/screen.js';
import { TraceScreen } from './trace/trace-screen.js';

/** The page: what all screens share, and the screen of the address. */
export function App() {
  return (
    <>
      <TopBar />
      <Screen />
      <Help />
      {savedTrace() === undefined && <FileImport />}
      <Toasts />
      <Announcer />
    </>
  );
}

function Screen() {
  const screen = screenOf(location.value.path);
  switch (screen.kind) {
    case 'trace':
      return <TraceScreen key={screen.traceId} traceId={screen.traceId} />;
    case 'graph':
      return <GraphScreen />;
    case 'compare':
      return <CompareScreen />;
    default:
      return <ListScreen />;
  }
}
