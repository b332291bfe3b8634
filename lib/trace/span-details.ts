import type { Link } from '@opentelemetry/api';
import { createLink, type SpanEvent, type SpanLink } from './span-parts.js';
import type { TracerCore } from './tracer-core.js';

/** What most spans have none of, so that they need not hold a place for it: events and links. */
export class SpanDetails {
  /** In the order in which they were added; undefined while there are none. */
  eventList: SpanEvent[] | undefined = undefined;
  /** In the order in which they were added; undefined while there are none. */
  linkList: SpanLink[] | undefined = undefined;
  droppedEventsCount = 0;
  droppedLinksCount = 0;

  /** Adds an event; where the limit is reached the oldest makes room for it. */
  addEvent(event: SpanEvent, countLimit: number): void {
    if (countLimit === 0) {
      this.droppedEventsCount++;
      return;
    }
    this.eventList ??= [];
    if (this.eventList.length >= countLimit) {
      this.eventList.shift();
      this.droppedEventsCount++;
    }
    this.eventList.push(event);
  }

  /** Adds a link, unless the limit is reached or it leads to no span. */
  addLink(core: TracerCore, link: Link): void {
    const isUsable = typeof link?.context?.traceId === 'string';
    this.linkList ??= [];
    if (!isUsable || this.linkList.length >= core.spanLimits.linkCountLimit) {
      this.droppedLinksCount++;
      return;
    }
    this.linkList.push(createLink(core, link));
  }
}
