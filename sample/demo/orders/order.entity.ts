import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

@Entity('orders')
export class OrderEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  /** In cents. */
  @Column('int')
  total!: number;
}

@Entity('order_items')
export class OrderItemEntity {
  @PrimaryColumn('int')
  orderId!: number;

  @PrimaryColumn('text')
  sku!: string;

  @Column('int')
  quantity!: number;

  @Column('boolean')
  isFetched!: boolean;
}
