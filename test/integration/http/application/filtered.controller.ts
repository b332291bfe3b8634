import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  UseFilters,
} from '@nestjs/common';

export class MethodError extends Error {}
export class ControllerError extends Error {}
export class GlobalError extends Error {}

/** What the filters of the application were asked to catch, in the order of asking. */
export const caughtByFilters: { filter: string; exception: unknown }[] = [];

interface Answering {
  status(code: number): { send(body: string): void };
}

function answer(filter: string, exception: unknown, host: ArgumentsHost): void {
  caughtByFilters.push({ filter, exception });
  host.switchToHttp().getResponse<Answering>().status(418).send(filter);
}

@Catch(MethodError)
class MethodFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    answer('method', exception, host);
  }
}

@Catch(ControllerError)
class ControllerFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    answer('controller', exception, host);
  }
}

@Catch(GlobalError)
export class GlobalFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    answer('global', exception, host);
  }
}

@Catch()
class CatchAllFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    answer('all', exception, host);
  }
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
  @UseFilters(new MethodFilter())
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
