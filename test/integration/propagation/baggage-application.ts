import {
  All,
  Body,
  type CallHandler,
  Controller,
  type DynamicModule,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type NestModule,
  ParseIntPipe,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { getBaggage, withBaggage } from '../../../lib/baggage/index.js';
import { tracedFetch } from '../../../lib/http/index.js';
import { CurrentBaggage } from '../../../lib/nest/decorators/index.js';
import { Tracer } from '../../../lib/trace/index.js';

@Injectable()
class PlanInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return withBaggage({ plan: 'free', secret: undefined }, () => next.handle());
  }
}

@Controller('baggage')
class BaggageController {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  @Get()
  read(
    @CurrentBaggage('tenant') tenant: string | undefined,
    @CurrentBaggage('absent') absent: string | undefined,
    @CurrentBaggage('count', ParseIntPipe) count: number,
    @CurrentBaggage() all: Record<string, string>,
  ): unknown {
    return { tenant, isAbsent: absent === undefined, count, all };
  }

  @Get('all')
  readAll(@CurrentBaggage() all: Record<string, string>): Record<string, string> {
    return all;
  }

  /** Calls the URL that it is given, with the baggage of the caller, changed by the interceptor. */
  @Post('calls')
  @UseInterceptors(PlanInterceptor)
  async call(@Body() { url }: { url: string }, @CurrentBaggage() all: unknown): Promise<unknown> {
    await this.tracer.trace('work', async () => {
      const response = await tracedFetch(url);
      await response.text();
    });
    return all;
  }

  @All('middleware')
  middleware(): string | undefined {
    return getBaggage('from.middleware');
  }
}

/** An application that reads, changes and sends baggage, without its tracing. */
@Module({ controllers: [BaggageController], providers: [PlanInterceptor] })
export class BaggageModule implements NestModule {
  static with(tracing: DynamicModule): DynamicModule {
    return { module: BaggageModule, imports: [tracing] };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply((_request: unknown, _response: unknown, next: () => void) =>
        withBaggage({ 'from.middleware': 'yes' }, next),
      )
      .forRoutes('baggage/middleware');
  }
}
