import './list.css';
import { useEffect, useMemo } from 'preact/hooks';
import { announce } from '../parts/announcer.js';
import { followTraces, reconnections } from '../state/live.js';
import { location } from '../state/location.js';
import { EmptyList } from './empty-list.js';
import { filterParameters, listPath, readListAddress } from './list-address.js';
import { ListFoot } from './list-foot.js';
import { ListKeys } from './list-keys.js';
import { ListRuns } from './list-runs.js';
import { ListState } from './list-state.js';
import { ListTools } from './list-tools.js';
import { Scatter } from './scatter.js';
import { SearchField } from './search-field.js';
import { TraceTable } from './trace-table.js';

/** It outlives the screen, so that one finds the list as it was after looking at a trace. */
const state = new ListState();
const runs = new ListRuns();

/** The screen "Traces". */
export function ListScreen() {
  const { search } = location.value;
  const address = useMemo(() => readListAddress(search), [search]);
  const path = listPath(address, 1);
  useEffect(() => {
    void state.open(address);
  }, [path, reconnections.value]);
  useEffect(() => void runs.load(), [reconnections.value]);
  useEffect(() => {
    const unfollow = followTraces((event, isSnapshot) => {
      state.follow(event, isSnapshot);
      runs.follow(event, isSnapshot);
    });
    return () => {
      unfollow();
      state.close();
    };
  }, []);
  const newCount = state.newCount.value;
  useEffect(() => {
    if (newCount > 0) announce(`${newCount} new traces`);
  }, [newCount]);
  useEffect(() => {
    document.title = address.query === '' ? 'Traces' : `${address.query} · Traces`;
  }, [address]);
  const isEmpty = state.rows.value.length === 0;
  return (
    <main id="main" class="list">
      <h1 class="unseen">Traces</h1>
      <ListKeys state={state} />
      <div class="list-head">
        <SearchField address={address} error={state.queryError.value} />
        <ListTools state={state} runs={runs} address={address} />
      </div>
      {(!isEmpty || filterParameters(address) !== '') && (
        <Scatter state={state} address={address} />
      )}
      {isEmpty ? (
        <EmptyList state={state} address={address} />
      ) : (
        <TraceTable state={state} address={address} />
      )}
      <ListFoot state={state} />
    </main>
  );
}
