import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';

/** A shop waits for days. */
const FOLLOW_UP_AFTER_MILLIS = 5;

@Injectable()
export class MailService {
  constructor(
    private readonly tracer: Tracer,
    private readonly schedules: SchedulerRegistry,
  ) {}

  /** The timer keeps the context, so the mail is in the trace of the order. */
  @Traced()
  scheduleFollowUp(@SpanAttribute('order.id') orderId: string): void {
    const schedule = `follow-up-${orderId}`;
    const timer = setTimeout(() => {
      this.schedules.deleteTimeout(schedule);
      this.tracer.trace('write follow-up', () => undefined);
    }, FOLLOW_UP_AFTER_MILLIS);
    this.schedules.addTimeout(schedule, timer);
  }
}
