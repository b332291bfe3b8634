import { Controller, Inject, Module, Param, Post } from '@nestjs/common';
import { type ClientProxy, ClientsModule } from '@nestjs/microservices';
import { TracingModule } from 'nestjs-traced';
import type { Observable } from 'rxjs';
import { broker } from './broker.js';

@Controller('orders')
class OrdersController {
  constructor(@Inject('MAILER') private readonly mailer: ClientProxy) {}

  // The trace context travels in the headers of the message. The payload does not change.
  @Post(':id')
  place(@Param('id') id: string): Observable<unknown> {
    return this.mailer.emit('order.placed', { id });
  }
}

@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'shop' }),
    ClientsModule.register([{ name: 'MAILER', ...broker }]),
  ],
  controllers: [OrdersController],
})
export class ShopModule {}
