import type { TraceRow } from '../../api/trace-row.js';
import { Link } from '../parts/link.js';
import { ServiceMark } from '../parts/service-mark.js';
import { shownServices } from '../parts/shown-services.js';
import { dateAndTime, timeOfDay } from '../parts/time-of-day.js';
import { pathOfTrace } from '../state/screen.js';
import type { ListState } from './list-state.js';
import {
  durationText,
  HEADLINE_SIGNS,
  markOf,
  sizeLabel,
  sizeText,
  toneOfStatus,
} from './row-texts.js';

/** A trace in the list. Its whole row is a link. */
export function TableRow({
  row,
  index,
  top,
  isSelected,
  isMarked,
  state,
}: {
  readonly row: TraceRow;
  readonly index: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  readonly state: ListState;
}) {
  const { id, name, statusCode, isStarred, headline } = row;
  const services = shownServices(row.services);
  const mark = markOf(row);
  return (
    <div
      id={`trace-${id}`}
      role="row"
      class={`trace-columns trace-row${row.failedCount > 0 ? ' trace-failed' : ''}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" class="trace-time" title={dateAndTime(row.startNanos)}>
        {timeOfDay(row.startNanos)}
      </span>
      <span role="gridcell" class="trace-marks">
        <span class={`tone-${mark.tone}`} title={mark.label}>
          <span aria-hidden="true">{mark.sign}</span>
          <span class="unseen">{mark.label}</span>
        </span>
        <button
          type="button"
          class="star"
          tabIndex={-1}
          aria-pressed={isStarred}
          aria-label="Star"
          title={isStarred ? 'Let this trace go when others need room' : 'Keep this trace'}
          onClick={() => void state.toggleStar(row)}
        >
          {isStarred ? '★' : '☆'}
        </button>
      </span>
      <span role="gridcell" class="trace-name">
        {isMarked && (
          <span class="trace-marked" title="Marked to compare: x on another trace compares them">
            A<span class="unseen"> marked to compare</span>
          </span>
        )}
        <Link
          href={pathOfTrace(id)}
          class="trace-link"
          tabIndex={-1}
          title={name}
          onMouseDown={({ button }) => {
            if (button === 0) state.selectedId.value = id;
          }}
        >
          {name}
        </Link>
        {statusCode !== '' && (
          <span class={`trace-status tone-${toneOfStatus(statusCode)}`}>{statusCode}</span>
        )}
      </span>
      <span role="gridcell" class="trace-number">
        {durationText(row)}
      </span>
      <span role="gridcell" class="trace-number" title={sizeLabel(row)}>
        {sizeText(row)}
      </span>
      <span role="gridcell" class="trace-services" title={services.title}>
        {services.shown.map((service) => (
          <span key={service} class="trace-service">
            <ServiceMark service={service} />
            {service}
          </span>
        ))}
        {services.more}
      </span>
      <span role="gridcell" class="trace-headline" title={headline?.text}>
        {headline !== undefined && (
          <>
            <span class={`headline-${headline.kind}`} aria-hidden="true">
              {HEADLINE_SIGNS[headline.kind]}
            </span>{' '}
            {headline.text}
          </>
        )}
      </span>
    </div>
  );
}
