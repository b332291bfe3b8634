import { Module } from '@nestjs/common';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TracingModule } from 'nestjs-traced';
import { STOCK_CONTRACT } from '../inventory/stock.js';
import { requiredVariable } from '../required-variable.js';
import { Courier } from './courier.js';
import { INVENTORY, InventoryClient } from './inventory-client.js';
import { MAILER, MailerClient } from './mailer-client.js';
import { OrderEntity, OrderItemEntity } from './order.entity.js';
import { OrderStore } from './order-store.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders-service.js';
import { PricingService } from './pricing-service.js';

/** Takes orders, prices them, has their items reserved and fetched, stores them and announces them. */
@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'orders' }),
    ClientsModule.registerAsync([
      {
        name: INVENTORY,
        useFactory: () => ({
          transport: Transport.GRPC,
          options: { ...STOCK_CONTRACT, url: requiredVariable('INVENTORY_URL') },
        }),
      },
      {
        name: MAILER,
        useFactory: () => {
          const [host, port] = requiredVariable('MAILER_URL').split(':');
          return { transport: Transport.TCP, options: { host, port: Number(port) } };
        },
      },
    ]),
    // SQLite in the memory of the process, so that the demo needs no database.
    TypeOrmModule.forRoot({
      type: 'sqljs',
      entities: [OrderEntity, OrderItemEntity],
      synchronize: true,
    }),
  ],
  controllers: [OrdersController],
  providers: [OrdersService, OrderStore, Courier, PricingService, InventoryClient, MailerClient],
})
export class OrdersModule {}
