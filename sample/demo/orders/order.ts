export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
}

export interface NewOrder {
  readonly items: readonly OrderItem[];
}

export interface Delivery {
  readonly orderId: string;
  readonly isOnItsWay: boolean;
}

export interface Order extends NewOrder {
  readonly id: string;
  /** In cents. */
  readonly total: number;
}
