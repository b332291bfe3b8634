import { ForbiddenException, Inject, Scope } from '@nestjs/common';
import {
  Args,
  Field,
  ID,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import DataLoader from 'dataloader';
import { Tracer, tracedDataLoader } from 'nestjs-traced';
import { EventChannel } from './event-channel.js';

@ObjectType()
export class Customer {
  @Field(() => ID)
  id = '';
}

@ObjectType()
export class Order {
  @Field(() => ID)
  id = '';

  @Field(() => Customer)
  customer?: Customer;

  @Field(() => [Order])
  related?: Order[];
}

@Resolver(() => Order)
export class OrdersResolver {
  readonly placed = new EventChannel<{ orderPlaced: Order }>();
  /** Runs in the resolver of `order`. */
  onOrder = (): void => {};
  /** Runs when the customer of an order is asked for. */
  onCustomer = (): void => {};
  /** Decides when a batch of customers is loaded. */
  scheduleBatch: (load: () => void) => void = setImmediate;
  readonly #customers: DataLoader<string, Customer>;

  constructor(@Inject(Tracer) private readonly tracer: Tracer) {
    this.#customers = tracedDataLoader(
      'load customers',
      (ids: readonly string[]) =>
        this.tracer.trace('SELECT customers', async () => ids.map((id) => ({ id }))),
      (batch) =>
        new DataLoader(batch, {
          cache: false,
          batchScheduleFn: (load) => this.scheduleBatch(load),
        }),
    );
  }

  @Query(() => Order)
  async order(@Args('id', { type: () => ID }) id: string): Promise<Order> {
    const order = await this.tracer.trace('SELECT orders', async () => ({ id }));
    this.onOrder();
    return order;
  }

  /** The shortest field, for long documents. */
  @Query(() => Int)
  me(): number {
    return 1;
  }

  @Query(() => [Order])
  async orders(@Args('count', { type: () => Int }) count: number): Promise<Order[]> {
    return Array.from({ length: count }, (_, index) => ({ id: String(index) }));
  }

  @Query(() => Order, { nullable: true })
  broken(): Order {
    throw new TypeError('out of order');
  }

  @Query(() => Order, { nullable: true })
  async forbidden(): Promise<Order> {
    throw new ForbiddenException('not yours');
  }

  @Mutation(() => Order)
  place(@Args('id', { type: () => ID }) id: string): Promise<Order> {
    return this.tracer.trace('INSERT orders', async () => {
      this.placed.publish({ orderPlaced: { id } });
      return { id };
    });
  }

  @Subscription(() => Order)
  orderPlaced(): AsyncIterableIterator<unknown> {
    return this.tracer.trace('subscribe to orders', () => this.placed.subscribe());
  }

  @Subscription(() => Order)
  refusedEvents(): AsyncIterableIterator<unknown> {
    throw new RangeError('no events');
  }

  @ResolveField(() => Customer)
  customer(@Parent() { id }: Order): Promise<Customer> {
    const customer = this.#customers.load(`customer of ${id}`);
    this.onCustomer();
    return customer;
  }

  @ResolveField(() => [Order])
  related(@Parent() { id }: Order): Promise<Order[]> {
    return this.tracer.trace('SELECT related', async () => [{ id: `${id}a` }, { id: `${id}b` }]);
  }
}

/** A resolver of which Nest makes an instance for each request. */
@Resolver()
export class ScopedResolver {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  @Query(() => String)
  scoped(): Promise<string> {
    return this.tracer.trace('scoped work', async () => 'done');
  }
}
Reflect.defineMetadata('scope:options', { scope: Scope.REQUEST }, ScopedResolver);
