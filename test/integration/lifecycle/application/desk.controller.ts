import {
  Body,
  ConflictException,
  Controller,
  Get,
  Param,
  ParseIntPipe,
  Post,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { type Observable, of } from 'rxjs';
import {
  BrokenFilter,
  BrokenGuard,
  CachingInterceptor,
  ClosedGuard,
  FailingInterceptor,
  InstancePipe,
  MappingInterceptor,
  ObservableGuard,
  OutOfStockError,
  RejectingPipe,
  RequestFilter,
  RequestGuard,
  RequestInterceptor,
  RequestPipe,
  StockFilter,
  UnauthorizedGuard,
  Work,
} from './enhancers.js';

/** Instances in decorators, which all applications with the controller share. */
export const sharedGuard = new ObservableGuard();
export const sharedPipe = new InstancePipe();

@Controller('desk')
@UseGuards(sharedGuard)
export class DeskController {
  constructor(private readonly work: Work) {}

  @Get(':id')
  @UseInterceptors(MappingInterceptor)
  async find(@Param('id', ParseIntPipe, sharedPipe) id: number): Promise<number> {
    await this.work.load('find');
    return id;
  }

  @Get('observable/of')
  observable(): Observable<string> {
    return of('observed');
  }

  @Post()
  @UsePipes(InstancePipe)
  create(@Body() body: unknown): unknown {
    return body;
  }
}

@Controller('errors')
@UseFilters(StockFilter)
export class ErrorsController {
  @Get('closed')
  @UseGuards(ClosedGuard)
  closed(): void {}

  @Get('unauthorized')
  @UseGuards(UnauthorizedGuard)
  unauthorized(): void {}

  @Get('broken')
  @UseGuards(BrokenGuard)
  broken(): void {}

  @Get('pipe/:id')
  pipe(@Param('id', RejectingPipe) _id: string): void {}

  @Get('cached')
  @UseInterceptors(CachingInterceptor)
  cached(): void {}

  @Get('mapping')
  @UseInterceptors(FailingInterceptor)
  mapping(): void {}

  @Get('filter')
  @UseFilters(BrokenFilter)
  filter(): void {
    throw new ConflictException('taken');
  }

  @Get('handler')
  @UseInterceptors(MappingInterceptor)
  async handler(): Promise<void> {
    throw new OutOfStockError('no chairs left');
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
@UseGuards(RequestGuard)
@UseInterceptors(RequestInterceptor)
@UseFilters(RequestFilter)
export class ScopedController {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  @Get('wrong')
  wrong(): void {
    throw new SyntaxError('wrong');
  }

  @Get(':id')
  find(@Param('id', RequestPipe) id: string): string {
    this.#work.mark('find');
    return id;
  }
}
