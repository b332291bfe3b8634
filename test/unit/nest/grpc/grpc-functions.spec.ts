import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { GrpcMethod, GrpcStreamMethod, MessagePattern } from '@nestjs/microservices';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { controllerMethodsOf } from '../../../../lib/nest/controller-methods.js';
import { createFunctionNames, grpcFunctionsOf } from '../../../../lib/nest/grpc/grpc-functions.js';

class Base {
  @GrpcMethod('Orders', 'Find')
  find(): void {}

  @GrpcMethod('Orders', 'Lose')
  lose(): void {}
}

class OrdersController extends Base {
  override lose(): void {}

  @GrpcStreamMethod('shop.v1.Items')
  list(): void {}

  @MessagePattern('orders.find')
  message(): void {}
}

const modules = new Map([['a', { controllers: new Map([['x', { metatype: OrdersController }]]) }]]);
const functions = grpcFunctionsOf(controllerMethodsOf(modules as never, new Diagnostics()));

describe('grpcFunctionsOf', () => {
  it('finds what answers gRPC calls, also inherited, and nothing else', () => {
    expect(functions.map(({ name, service, method }) => [name, service, method])).toEqual([
      ['OrdersController.list', 'shop.v1.Items', 'List'],
      ['OrdersController.find', 'Orders', 'Find'],
    ]);
    expect(functions[1]?.function).toBe(Base.prototype.find);
  });
});

describe('createFunctionNames', () => {
  const nameOf = createFunctionNames(functions);

  it.each([
    ['shop.Orders/Find', 'OrdersController.find'],
    ['a.b.c.Orders/Find', 'OrdersController.find'],
    ['shop.v1.Items/List', 'OrdersController.list'],
    ['v1.Items/List', undefined],
    ['shop.Orders/Lose', undefined],
    ['', undefined],
  ])('%s is %s', (method, name) => {
    expect([nameOf(method), nameOf(method)]).toEqual([name, name]);
  });
});
