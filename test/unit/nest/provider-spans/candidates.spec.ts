import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  Module,
  type NestMiddleware,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { candidatesOf } from '../../../../lib/nest/provider-spans/candidates.js';

@Injectable()
class Guard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}
@Injectable()
class GlobalGuard extends Guard {}
@Injectable()
class AddedGuard extends Guard {}
@Injectable()
class Middleware implements NestMiddleware {
  use(_request: unknown, _response: unknown, next: () => void): void {
    next();
  }
}
@Injectable()
class Service {}
@Injectable({ scope: Scope.REQUEST })
class RequestService {}
class Made {}
class OwnPart {}

@Controller()
class AppController {
  @Get()
  @UseGuards(Guard)
  find(): void {}
}

@Module({ providers: [OwnPart] })
class OwnModule {}

@Module({
  imports: [OwnModule],
  controllers: [AppController],
  providers: [
    ...[Guard, AddedGuard, Middleware, Service, RequestService],
    { provide: APP_GUARD, useClass: GlobalGuard },
    { provide: 'made', useFactory: () => new Made() },
    { provide: 'alias', useExisting: 'made' },
    { provide: 'plain', useValue: {} },
    { provide: 'function', useValue: () => 1 },
    { provide: 'proxy', useFactory: () => new Proxy(new Made(), {}) },
  ],
})
class AppModule {
  configure(consumer: { apply(middleware: object): { forRoutes(path: string): void } }): void {
    consumer.apply(Middleware).forRoutes('*path');
  }
}

let app: ReturnType<TestingModule['createNestApplication']>;

afterEach(() => app.close());

describe('candidatesOf', () => {
  it('returns providers and controllers, without enhancers, modules and Proxies', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication();
    app.useGlobalGuards(app.get(AddedGuard));
    await app.init();
    const read = (withObjects: boolean) =>
      candidatesOf(app.get(ModulesContainer), app.get(ApplicationConfig), OwnModule, withObjects)
        .filter(({ moduleClass }) => moduleClass === AppModule)
        .map(({ providerClass, isConstructed, instance }) =>
          [providerClass.name, isConstructed, instance() !== undefined].join(),
        )
        .filter((text) => !/^(ModuleRef|ApplicationConfig)/.test(text));
    const constructed = [
      'Service,true,true',
      'RequestService,true,false',
      'AppController,true,true',
    ];
    expect(read(false)).toEqual(constructed);
    expect(read(true).sort()).toEqual([...constructed, 'Made,false,true'].sort());
  });
});
