import {
  All,
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  Post,
  Scope,
  Version,
} from '@nestjs/common';

/** Handlers that differ from those of a plain controller. */

@Injectable({ scope: Scope.REQUEST })
export class RequestState {
  readonly word = 'scoped';
}

@Controller('scoped')
export class RequestScopedController {
  constructor(@Inject(RequestState) private readonly state: RequestState) {}

  @Get(':id')
  find(@Param('id') id: string): string {
    return `${this.state.word} ${id}`;
  }

  @Get('fails/now')
  fail(): never {
    throw new Error('scoped failure');
  }
}

export class CatalogueController {
  @Get('all')
  list(): string {
    return this.constructor.name;
  }

  @Get('all/:id')
  find(): string {
    return this.constructor.name;
  }
}

@Controller('books')
export class BooksController extends CatalogueController {
  @Get('all/:id')
  override find(): string {
    return 'book';
  }
}

@Controller('films')
export class FilmsController extends CatalogueController {}

@Controller(['first', 'second'])
export class SeveralPathsController {
  @Get(['one', 'two/:id'])
  find(): string {
    return 'found';
  }

  @All('any')
  any(): string {
    return 'any';
  }
}

@Controller({ path: 'hosted', host: 'tenant.example.com' })
export class HostedController {
  @Get()
  find(): string {
    return 'hosted';
  }
}

@Controller({ path: 'versioned', version: '1' })
export class VersionedController {
  @Get(':id')
  first(): string {
    return 'version 1';
  }

  @Version('2')
  @Get(':id')
  second(): string {
    return 'version 2';
  }

  @Post()
  create(): string {
    return 'created';
  }
}

@Controller('health')
export class HealthController {
  @Get()
  check(): string {
    return 'up';
  }
}
