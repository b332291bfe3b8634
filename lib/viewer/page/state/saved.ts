import type { SavedTraceJson } from '../../api/saved-trace.js';
import { SAVED_TRACE_ID } from '../../formats/saved-trace-id.js';

let trace: SavedTraceJson | undefined;

/** The trace that is in the page, if the page is a file that was saved; undefined if it comes from a server. */
export function savedTrace(): SavedTraceJson | undefined {
  return trace;
}

/** Reads the trace that is in the page. Called before anything is shown. */
export function readSavedTrace(): void {
  const text = document.getElementById(SAVED_TRACE_ID)?.textContent;
  trace = text === null || text === undefined ? undefined : (JSON.parse(text) as SavedTraceJson);
}
