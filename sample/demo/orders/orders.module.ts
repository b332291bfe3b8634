import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { requiredVariable } from '../required-variable.js';
import { INVENTORY_URL, InventoryClient } from './inventory-client.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders-service.js';
import { PricingService } from './pricing-service.js';

/** Takes orders, prices them and has their items reserved. */
@Module({
  imports: [TracingModule.forRoot({ serviceName: 'orders' })],
  controllers: [OrdersController],
  providers: [
    OrdersService,
    PricingService,
    InventoryClient,
    { provide: INVENTORY_URL, useFactory: () => requiredVariable('INVENTORY_URL') },
  ],
})
export class OrdersModule {}
