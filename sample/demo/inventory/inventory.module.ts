import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { StockController } from './stock.controller.js';
import { StockService } from './stock-service.js';
import { Warehouse } from './warehouse.js';

/** Knows what is on the shelves. */
@Module({
  imports: [TracingModule.forRoot({ serviceName: 'inventory' })],
  controllers: [StockController],
  providers: [StockService, Warehouse],
})
export class InventoryModule {}
