import './logs.css';
import { useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formatNanos } from '../../analysis/durations.js';
import type { LogJson } from '../../api/log-json.js';
import { ServiceMark } from '../parts/service-mark.js';
import { timeOfDay } from '../parts/time-of-day.js';
import { logAttributes, logsByTime, logText, severityOf } from './log-text.js';
import { contentHeight, rowWindow } from './row-window.js';
import { rowOfSpanId, type TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';
import { useSize } from './use-size.js';

const LINE_HEIGHT = 22;

/** The log records of the whole trace, by time. Only those in view are in the document. */
export function LogsView({
  state,
  model,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const scrollTop = useSignal(0);
  const logs = useComputed(() => logsByTime(state.logs.value));
  const records = logs.value;
  if (records.length === 0) {
    return (
      <div class="trace-view logs-view">
        <p class="dim">No log record names this trace. Logs are received at /v1/logs.</p>
      </div>
    );
  }
  const layout = {
    lineCount: records.length,
    lineHeight: LINE_HEIGHT,
    viewHeight: size.value.height,
  };
  const { first, end, top } = rowWindow(layout, scrollTop.value);
  const base = model.trace.base + BigInt(Math.round(model.whole.from));
  return (
    <div
      ref={scroller}
      class="trace-view logs-view"
      role="list"
      aria-label="Logs"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus, no key scrolls the list
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        scrollTop.value = currentTarget.scrollTop;
      }}
    >
      <div role="presentation" style={{ height: `${contentHeight(layout)}px` }}>
        {records.slice(first, end).map((log, index) => (
          <LogLine
            key={first + index}
            log={log}
            state={state}
            model={model}
            base={base}
            index={first + index}
            count={records.length}
            top={top + index * LINE_HEIGHT}
          />
        ))}
      </div>
    </div>
  );
}

function LogLine({
  log,
  state,
  model,
  base,
  index,
  count,
  top,
}: {
  readonly log: LogJson;
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly base: bigint;
  readonly index: number;
  readonly count: number;
  readonly top: number;
}) {
  const row = rowOfSpanId(model, log.spanId);
  const attributes = logAttributes(log);
  return (
    <div
      role="listitem"
      class={`log-line log-${severityOf(log)}`}
      aria-setsize={count}
      aria-posinset={index + 1}
      style={{ top: `${top}px` }}
    >
      <span class="log-time" title={timeOfDay(log.timeNanos)}>
        {formatNanos(Number(BigInt(log.timeNanos) - base))}
      </span>
      <b>{severityOf(log)}</b>
      <span class="log-service">
        <ServiceMark service={log.service} />
        {log.service}
      </span>
      <span class="log-text" title={`${logText(log)}\n${attributes}`}>
        {logText(log)} <span class="dim">{attributes}</span>
      </span>
      {row !== -1 && (
        <button type="button" class="plain" onClick={() => state.pick([row])}>
          span
        </button>
      )}
    </div>
  );
}
