import { describe, expect, it } from '@jest/globals';
import { Observable, of, Subject, Subscriber } from 'rxjs';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { subscribeInside, WatchedSubscriber } from '../../../lib/operation/watched-subscriber.js';

const inside = TracingContext.SUPPRESSED;
const outside = TracingContext.ROOT;

class NotingSubscriber extends WatchedSubscriber<number> {
  readonly notes: unknown[] = [];

  protected override failed(error: unknown): void {
    this.notes.push(['failed', error]);
  }

  protected override completed(): void {
    this.notes.push(['completed']);
  }

  protected override unsubscribed(): void {
    this.notes.push(['unsubscribed']);
  }
}

function watch(source: Observable<number>, seen: unknown[] = []): NotingSubscriber {
  const note = (what: unknown) => seen.push([what, contextStorage.active().suppressed]);
  const destination = new Subscriber<number>({
    next: note,
    error: note,
    complete: () => note('complete'),
  } as Partial<Subscriber<number>> as Subscriber<number>);
  const subscriber = new NotingSubscriber(destination, outside);
  destination.add(subscribeInside(source, subscriber, inside, outside));
  return subscriber;
}

describe('WatchedSubscriber', () => {
  it('runs the source inside, and the subscriber outside', () => {
    const seen: unknown[] = [];
    let wasSuppressed: boolean | undefined;
    const source = new Observable<number>((subscriber) => {
      wasSuppressed = contextStorage.active().suppressed;
      subscriber.next(1);
      subscriber.complete();
    });
    expect(watch(source, seen).notes).toEqual([['completed']]);
    expect(wasSuppressed).toBe(true);
    expect(seen).toEqual([
      [1, false],
      ['complete', false],
    ]);
    expect(contextStorage.active().suppressed).toBe(false);
  });

  it('reports one end, whatever follows', () => {
    const subject = new Subject<number>();
    const subscriber = watch(subject);
    subject.error('broken');
    subscriber.unsubscribe();
    expect(subscriber.notes).toEqual([['failed', 'broken']]);
  });

  it('tells that the subscriber has unsubscribed', () => {
    const subscriber = watch(new Subject());
    subscriber.unsubscribe();
    subscriber.unsubscribe();
    expect(subscriber.notes).toEqual([['unsubscribed']]);
  });

  it('ends at once for a subscriber that is closed already', () => {
    const destination = new Subscriber<number>();
    destination.unsubscribe();
    const subscriber = new NotingSubscriber(destination, outside);
    subscribeInside(of(1), subscriber, inside, outside);
    expect(subscriber.notes).toEqual([['unsubscribed']]);
  });
});
