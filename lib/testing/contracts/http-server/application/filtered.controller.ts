import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Inject,
  Injectable,
  Optional,
  UseFilters,
} from '@nestjs/common';

export class MethodError extends Error {}
export class ControllerError extends Error {}
export class GlobalError extends Error {}

/** What the filters of the application were asked to catch, in the order of asking. */
@Injectable()
export class CaughtExceptions {
  readonly list: { readonly filter: string; readonly exception: unknown }[] = [];
}

interface Answering {
  status(code: number): { send(body: string): void };
}

abstract class AnsweringFilter implements ExceptionFilter {
  /** @param caught undefined in a filter that the application constructs itself */
  constructor(
    @Optional() @Inject(CaughtExceptions) private readonly caught: CaughtExceptions | undefined,
  ) {}

  protected abstract readonly filter: string;

  catch(exception: unknown, host: ArgumentsHost): void {
    this.caught?.list.push({ filter: this.filter, exception });
    host.switchToHttp().getResponse<Answering>().status(418).send(this.filter);
  }
}

@Catch(MethodError)
class MethodFilter extends AnsweringFilter {
  protected readonly filter = 'method';
}

@Catch(ControllerError)
class ControllerFilter extends AnsweringFilter {
  protected readonly filter = 'controller';
}

@Catch(GlobalError)
export class GlobalFilter extends AnsweringFilter {
  protected readonly filter = 'global';
}

@Catch()
class CatchAllFilter extends AnsweringFilter {
  protected readonly filter = 'all';
}

@Controller('filtered')
@UseFilters(ControllerFilter)
export class FilteredController {
  @Get('method')
  @UseFilters(MethodFilter)
  method(): never {
    throw new MethodError('for the method');
  }

  @Get('controller')
  @UseFilters(new MethodFilter(undefined))
  controller(): never {
    throw new ControllerError('for the controller');
  }

  @Get('global')
  global(): never {
    throw new GlobalError('for all');
  }

  @Get('all')
  @UseFilters(CatchAllFilter)
  all(): never {
    throw new Error('for whoever takes it');
  }
}
