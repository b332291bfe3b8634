import { formatNanos } from '../../analysis/durations.js';
import { EXCEPTION_EVENT } from '../../analysis/facts.js';
import type { AnyAttributes, EventRecord } from '../../analysis/span-record.js';
import { CopyButton } from '../parts/copy-button.js';
import { AttributeList } from './attribute-list.js';
import { Section } from './details-section.js';
import { ExceptionDetails } from './exception-details.js';
import { LogList } from './log-list.js';
import { SpanLinks } from './span-links.js';
import type { SpanDetails } from './span-loader.js';
import { SpanSource } from './span-source.js';
import { spanIdOfRow, type TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';

/** The parts of a span's details, each can be closed. */
export function SpanSections({
  state,
  model,
  row,
  details: { record, json },
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly row: number;
  readonly details: SpanDetails;
}) {
  const events = record.events ?? [];
  const exceptions = events.filter(({ name }) => name === EXCEPTION_EVENT);
  const logs = state.logsByRow.value.get(row) ?? [];
  const { attributes = {}, resource, scope } = record;
  const spanId = spanIdOfRow(model, row);
  return (
    <>
      {record.statusMessage !== undefined && exceptions.length === 0 && (
        <p class="bad">{record.statusMessage}</p>
      )}
      {exceptions.map((event, index) => (
        <Section key={index} title="Exception" isOpen>
          <ExceptionDetails event={event} />
        </Section>
      ))}
      <SpanSource traceId={record.traceId} spanId={spanId} version={model.trace} />
      <AttributeSection
        title="Attributes"
        attributes={attributes}
        dropped={record.droppedAttributesCount}
        isOpen
      />
      <EventSection events={events} model={model} dropped={record.droppedEventsCount} />
      {logs.length > 0 && (
        <Section title={`Logs (${logs.length})`} isOpen>
          <LogList logs={logs} base={model.trace.base + BigInt(Math.round(model.whole.from))} />
        </Section>
      )}
      <SpanLinks traceId={record.traceId} spanId={spanId} version={model.trace} />
      <AttributeSection
        title="Resource"
        attributes={resource?.attributes ?? {}}
        dropped={resource?.droppedAttributesCount}
      />
      {scope !== undefined && scope.name !== '' && (
        <p class="dim">
          Created by {scope.name} {scope.version}
        </p>
      )}
      <Section
        title="OTLP"
        action={<CopyButton text={json} what="the span as OTLP" label="copy" />}
      >
        <pre class="block">{json}</pre>
      </Section>
    </>
  );
}

function AttributeSection({
  title,
  attributes,
  dropped = 0,
  isOpen = false,
}: {
  readonly title: string;
  readonly attributes: AnyAttributes;
  readonly dropped?: number | undefined;
  readonly isOpen?: boolean;
}) {
  const { length } = Object.keys(attributes);
  if (length === 0 && dropped === 0) return null;
  return (
    <Section title={`${title} (${length})`} isOpen={isOpen}>
      <AttributeList attributes={attributes} />
      <Dropped count={dropped} what="attributes" />
    </Section>
  );
}

function EventSection({
  events,
  model,
  dropped = 0,
}: {
  readonly events: readonly EventRecord[];
  readonly model: TraceModel;
  readonly dropped?: number | undefined;
}) {
  const shown = events.filter(({ name }) => name !== EXCEPTION_EVENT);
  if (shown.length === 0 && dropped === 0) return null;
  const { trace, whole } = model;
  return (
    <Section title={`Events (${shown.length})`} isOpen>
      <ol class="events">
        {shown.map((event, index) => (
          <li key={index}>
            <span class="dim">
              {formatNanos(Number(event.timeNanos - trace.base) - whole.from)}
            </span>{' '}
            {event.name}
            {event.attributes !== undefined && <AttributeList attributes={event.attributes} />}
          </li>
        ))}
      </ol>
      <Dropped count={dropped} what="events" />
    </Section>
  );
}

function Dropped({ count, what }: { readonly count: number; readonly what: string }) {
  if (count === 0) return null;
  return (
    <p class="dim">
      {count.toLocaleString('en')} more {what} were dropped by a limit of the sender.
    </p>
  );
}
