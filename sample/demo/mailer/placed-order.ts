/** What the mailer hears of an order. */
export interface PlacedOrder {
  readonly id: string;
}
