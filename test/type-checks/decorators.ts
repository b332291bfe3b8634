/**
 * Holds, when it is compiled, on what the decorators may stand. Nothing here runs.
 */
import { applyDecorators, Get, Param } from '@nestjs/common';
import { type Attributes, type Span, SpanKind } from '@opentelemetry/api';
import { ContinueSpan, CurrentSpan, SpanAttribute, Traced, Untraced } from 'nestjs-traced';

interface Order {
  readonly id: string;
}

/** As users compose decorators. */
export const TracedGet = (path: string): MethodDecorator => applyDecorators(Traced(), Get(path));

export class Orders {
  readonly shop = 'A';

  // @ts-expect-error A property cannot be traced.
  @Traced()
  total = 0;

  // @ts-expect-error A constructor's parameters are not recorded.
  constructor(@(SpanAttribute('id') as MethodDecorator) _id: string) {}

  @Traced()
  plain(): void {}

  @Traced('place order')
  async place(@SpanAttribute('order.id') id: string, @CurrentSpan() _span?: Span): Promise<string> {
    return id;
  }

  @Traced({
    kind: SpanKind.CLIENT,
    attributes(this: Orders, order: Order): Attributes {
      return { 'order.id': order.id, shop: this.shop };
    },
    resultAttributes: (total: number) => ({ 'order.total': total }),
  })
  sum(@SpanAttribute('order.id', (order: Order) => order.id) _order: Order): number {
    return 1;
  }

  @Get(':id')
  @Traced({ attributes: { fixed: true }, root: true })
  static find(@Param('id') @SpanAttribute('id') id: string): string {
    return id;
  }

  @TracedGet(':id')
  get(): void {}

  // @ts-expect-error A number is no name.
  @Traced(7)
  wrongName(): void {}

  // @ts-expect-error A transform gives the value of one attribute.
  wrongTransform(@SpanAttribute('order', (order: Order) => order) _order: Order): void {}

  // @ts-expect-error The attribute must be named.
  wrongAttribute(@SpanAttribute() _id: string): void {}
}

@Traced({ isError: (error: Error) => error.name !== 'NotFound', inherited: false })
export class WholeClass {
  @Traced({
    name: (order: Order) => order.id,
    links: (message: { headers: Record<string, unknown> }) => message.headers,
    when: (id: string) => id !== '',
    recordArguments: ['id', null],
  })
  place(): void {}

  @ContinueSpan({ recordArguments: true })
  find(): void {}

  // @ts-expect-error A condition returns a boolean.
  @Traced({ when: () => 'yes' })
  wrongCondition(): void {}
}

@Untraced()
export class QuietClass {}
