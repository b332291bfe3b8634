import { All, Controller, Get, HostParam, Module, Param, Version } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';

/** Handlers whose routes differ from a plain path. */

@Controller({ path: 'hosted', host: ':tenant.example.com' })
export class HostedController {
  @Get()
  find(@HostParam('tenant') tenant: string): string {
    return tenant;
  }
}

@Controller('assets')
export class AssetsController {
  @Get('*')
  find(): string {
    return 'found';
  }
}

@Controller(['first', 'second'])
export class ListsController {
  @Get(['one', 'two/:id'])
  find(): string {
    return 'found';
  }

  @All('any')
  any(): string {
    return 'any';
  }
}

@Controller('health')
export class HealthController {
  @Get()
  check(): string {
    return 'up';
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
}

@Controller('orders')
class ShopOrdersController {
  @Get(':id')
  find(@Param('id') id: string): string {
    return id;
  }
}

@Module({ controllers: [ShopOrdersController] })
class ShopOrdersModule {}

/** A module whose path comes from the router's tree. */
@Module({
  imports: [
    ShopOrdersModule,
    RouterModule.register([
      { path: 'shop', children: [{ path: ':shop', module: ShopOrdersModule }] },
    ]),
  ],
})
export class ShopModule {}
