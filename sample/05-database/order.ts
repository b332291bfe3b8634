import {
  Column,
  Entity,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';

@Entity('sample_orders')
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @OneToMany('OrderItem', 'order', { cascade: true })
  items!: OrderItem[];
}

@Entity('sample_order_items')
export class OrderItem {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  sku!: string;

  @ManyToOne('Order', 'items')
  order!: Relation<Order>;
}
