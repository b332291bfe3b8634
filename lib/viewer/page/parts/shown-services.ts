/** More marks than this are no more read, and a trace may have thousands of services. */
const MAX_MARKS = 12;
const MAX_NAMES = 50;

/** The services of a trace, as far as they are shown. */
export interface ShownServices {
  readonly shown: readonly string[];
  /** `+ 988`; empty if all are shown. */
  readonly more: string;
  /** The names for a tooltip. */
  readonly title: string;
}

/** Chooses the services to show: the first ones. */
export function shownServices(services: readonly string[]): ShownServices {
  const moreOf = (count: number): string =>
    services.length > count ? `+ ${(services.length - count).toLocaleString('en')}` : '';
  return {
    shown: services.slice(0, MAX_MARKS),
    more: moreOf(MAX_MARKS),
    title: [...services.slice(0, MAX_NAMES), moreOf(MAX_NAMES)].filter(Boolean).join(', '),
  };
}
