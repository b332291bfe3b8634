import {
  Body,
  type CanActivate,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Inject,
  Injectable,
  Options,
  Param,
  ParseIntPipe,
  type PipeTransform,
  Post,
  Res,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { Observable, throwError } from 'rxjs';
import { Tracer } from '../../../../index.js';

@Injectable()
export class OrdersService {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  async find(id: string): Promise<{ id: string }> {
    return this.tracer.trace('load order', async (span) => {
      span.setAttribute('order.id', id);
      await new Promise((resolve) => setImmediate(resolve));
      return { id };
    });
  }
}

@Injectable()
export class RefusingGuard implements CanActivate {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  canActivate(): boolean {
    return this.tracer.trace('guard', () => false);
  }
}

@Injectable()
export class TracedPipe implements PipeTransform {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  transform(value: unknown): unknown {
    return this.tracer.trace('pipe', () => value);
  }
}

class StockError extends Error {}

/** The members of a response that the handlers write to by hand. */
export interface RawResponse {
  /** Writes the status line. */
  writeHead(status: number): unknown;
  /** Writes a part of the body, at once. */
  write(text: string): unknown;
  /** Breaks the connection off. */
  destroy(error: Error): unknown;
}

/** The token of the function that returns the raw response of a response of the platform. */
export const RESPONSE_OF = Symbol('raw response of a response');

/** The response of Node: on Fastify it is in `raw`. */
export function nodeResponseOf(response: unknown): RawResponse {
  return (response as { readonly raw?: RawResponse }).raw ?? (response as RawResponse);
}

@Controller('orders')
export class OrdersController {
  constructor(
    @Inject(OrdersService) private readonly orders: OrdersService,
    @Inject(Tracer) private readonly tracer: Tracer,
    @Inject(RESPONSE_OF) private readonly responseOf: (response: unknown) => RawResponse,
  ) {}

  @Get()
  list(): string[] {
    return [];
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<{ id: string }> {
    return this.orders.find(id);
  }

  @Post()
  async place(@Body(TracedPipe) body: { id: string }): Promise<{ id: string }> {
    return this.orders.find(body.id);
  }

  @Options(':id')
  @HttpCode(204)
  options(): void {}

  @Get('refused/guard')
  @UseGuards(RefusingGuard)
  refused(): void {}

  @Get('numbered/:number')
  numbered(@Param('number', ParseIntPipe) number: number): number {
    return number;
  }

  @Get('fails/sync')
  failSync(): never {
    throw new StockError('no stock');
  }

  @Get('fails/async')
  async failAsync(): Promise<never> {
    await Promise.resolve();
    throw new StockError('no stock');
  }

  @Get('fails/observable')
  failObservable(): Observable<never> {
    return throwError(() => new StockError('no stock'));
  }

  @Get('fails/in-a-span')
  failInSpan(): never {
    return this.tracer.trace('reserve', () => {
      throw new StockError('no stock');
    });
  }

  @Get('fails/string')
  failWithString(): never {
    throw 'no stock';
  }

  @Get('fails/4xx')
  conflict(): never {
    throw new ConflictException('taken');
  }

  @Get('fails/5xx')
  unavailable(): never {
    throw new ServiceUnavailableException('closed');
  }

  @Get('answers/5xx')
  @HttpCode(502)
  badGateway(): string {
    return 'bad gateway';
  }

  @Get('never/answers')
  never(): Promise<never> {
    this.tracer.startSpan('handler reached').end();
    return new Promise(() => {});
  }

  @Get('never/ends')
  neverEnds(@Res() response: unknown): void {
    const raw = this.responseOf(response);
    raw.writeHead(200);
    raw.write('first ');
  }

  @Get('breaks/off')
  breaksOff(@Res() response: unknown): void {
    const raw = this.responseOf(response);
    raw.writeHead(200);
    raw.write('first ');
    setImmediate(() => raw.destroy(new StockError('disk gone')));
  }
}
