import {
  type CanActivate,
  Catch,
  Inject,
  Injectable,
  Scope,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import {
  BaseWsExceptionFilter,
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets';
import { Tracer } from 'nestjs-traced';
import {
  asapScheduler,
  concat,
  EMPTY,
  interval,
  map,
  merge,
  NEVER,
  type Observable,
  observeOn,
  of,
  Subject,
  scheduled,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Catch()
class ChatFilter extends BaseWsExceptionFilter {}

/** The message of an event in the form that both adapters send. */
const reply = (data: unknown): { event: string; data: unknown } => ({ event: 'reply', data });

/** The gateway of the tests. Each method shows one way to handle messages. */
@WebSocketGateway()
export class ChatGateway {
  /** Subscriptions to `forever` that are open. */
  openStreamCount = 0;
  /** Feeds the answers of `shared`, from other code than that of the messages. */
  readonly news = new Subject<unknown>();

  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  @SubscribeMessage('say')
  async say(@MessageBody() data: unknown): Promise<unknown> {
    await this.tracer.trace('load', async () => {});
    return reply(data);
  }

  @SubscribeMessage('silent')
  silent(): void {}

  @SubscribeMessage('count')
  count(): Observable<unknown> {
    return interval(1).pipe(
      take(3),
      tap((index) => this.tracer.trace(`give ${index}`, () => {})),
      map(reply),
    );
  }

  @SubscribeMessage('forever')
  async forever(): Promise<Observable<unknown>> {
    this.openStreamCount++;
    return concat(of(reply('first')), NEVER).pipe(
      tap({ unsubscribe: () => this.openStreamCount-- }),
    );
  }

  @SubscribeMessage('never')
  never(@ConnectedSocket() client: { send?: (text: string) => void; emit: CallableFunction }) {
    const { event, data } = reply('waiting');
    if ('handshake' in client) client.emit(event, data);
    else client.send?.(JSON.stringify({ event, data }));
    return new Promise(() => {});
  }

  @UseGuards(RefusingGuard)
  @SubscribeMessage('refused')
  refused(): void {}

  @SubscribeMessage('wrong')
  wrong(): void {
    throw new WsException('no such room');
  }

  @SubscribeMessage('broken')
  async broken(): Promise<void> {
    throw new TypeError('out of order');
  }

  @SubscribeMessage('breaking')
  breaking(): Observable<unknown> {
    return concat(
      of(reply('before')),
      throwError(() => new RangeError('later')),
    );
  }

  @SubscribeMessage('breaking.later')
  breakingLater(): Observable<unknown> {
    return timer(1).pipe(
      map(() => {
        throw new RangeError('later');
      }),
    );
  }

  @SubscribeMessage('breaking.soon')
  async breakingSoon(): Promise<Observable<unknown>> {
    const broken = throwError(() => new RangeError('later'));
    return broken.pipe(observeOn(asapScheduler));
  }

  @SubscribeMessage('shared')
  shared(): Observable<unknown> {
    const news = this.news.pipe(tap((text) => this.tracer.trace(`tell ${text}`, () => {})));
    return merge(scheduled([reply('listening')], asapScheduler), news.pipe(map(reply)), EMPTY);
  }

  @UseFilters(ChatFilter)
  @SubscribeMessage('filtered')
  filtered(): void {
    throw new WsException({ status: 'error', message: 'seen by a filter' });
  }

  @SubscribeMessage('ignored')
  ignored(): Promise<unknown> {
    return this.tracer.trace('not recorded', async () => reply('ignored'));
  }
}

/** A gateway of which Nest makes an instance for each client. */
@WebSocketGateway()
@Injectable({ scope: Scope.REQUEST })
export class ScopedGateway {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  @SubscribeMessage('scoped')
  async scoped(): Promise<unknown> {
    await this.tracer.trace('load', async () => {});
    return reply('scoped');
  }

  @SubscribeMessage('scoped.wrong')
  wrong(): void {
    throw new WsException('scoped');
  }
}
