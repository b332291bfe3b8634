import type { Link } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import { createLink, type SpanEvent, type SpanLink } from './span-parts.js';
import type { TracerCore } from './tracer-core.js';

/** Events, links and callbacks of a span. Most spans have none, so they have one field for all of them. */
export class SpanDetails {
  /** In the order in which they were added; undefined while there are none. */
  eventList: SpanEvent[] | undefined = undefined;
  /** In the order in which they were added; undefined while there are none. */
  linkList: SpanLink[] | undefined = undefined;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  private endCallbacks: (() => void)[] | undefined = undefined;

  addEndCallback(callback: () => void): void {
    this.endCallbacks ??= [];
    this.endCallbacks.push(callback);
  }

  /** Calls each callback that was registered for the span's end once. Does not throw. */
  callBeforeEnd(diagnostics: Diagnostics): void {
    const callbacks = this.endCallbacks;
    if (callbacks === undefined) return;
    this.endCallbacks = undefined;
    for (const callback of callbacks) {
      try {
        callback();
      } catch (error) {
        diagnostics.report('A callback before the end of a span threw', error);
      }
    }
  }

  /** Adds an event. At the limit, the oldest event is dropped. */
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

  /** Adds a link, unless the limit is reached or the link has no span context. */
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
