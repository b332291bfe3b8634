import { computed, type ReadonlySignal } from '@preact/signals';

/** The parameters of the address: what somebody else sees who gets the link. */
export interface Address {
  readonly search: ReadonlySignal<URLSearchParams>;
  /** Sets parameters; undefined removes one. @param replace whether the history has no new entry */
  readonly set: (
    parameters: Readonly<Record<string, string | undefined>>,
    options: { readonly replace: boolean },
  ) => void;
}

/** The ways to look at a trace. */
export const VIEWS = ['waterfall', 'flame', 'findings', 'logs'] as const;
/** One of {@link VIEWS}. */
export type View = (typeof VIEWS)[number];

/** The filters of the waterfall. */
export type Filter = 'path' | 'errors';

/** Changes without an entry of the history. */
export const REPLACE = { replace: true };
/** The value of the parameter `clocks`. */
const AS_SENT = 'sent';

/** What the address says of the screen of a trace. */
export class TraceAddress {
  readonly address: Address;
  readonly view: ReadonlySignal<View>;
  /** The query of the search inside of the trace. */
  readonly query: ReadonlySignal<string>;
  readonly hidesOthers: ReadonlySignal<boolean>;
  readonly filters: ReadonlySignal<ReadonlySet<Filter>>;
  /** Whether the times of hosts whose clocks differ are corrected. */
  readonly correctsClocks: ReadonlySignal<boolean>;
  /** The span whose details are open, as 16 hexadecimal digits; null for none. */
  readonly spanId: ReadonlySignal<string | null>;

  constructor(address: Address) {
    this.address = address;
    const parameter = (name: string) => computed(() => address.search.value.get(name));
    const view = parameter('view');
    const only = parameter('only');
    const find = parameter('find');
    const hide = parameter('hide');
    const clocks = parameter('clocks');
    this.spanId = parameter('span');
    this.view = computed(() => VIEWS.find((name) => name === view.value) ?? 'waterfall');
    this.query = computed(() => find.value ?? '');
    this.hidesOthers = computed(() => hide.value !== null);
    this.filters = computed(() => new Set((only.value ?? '').split(',').filter(isFilter)));
    this.correctsClocks = computed(() => clocks.value !== AS_SENT);
  }

  setView(view: View): void {
    if (view === this.view.peek()) return;
    this.address.set({ view: view === 'waterfall' ? undefined : view }, REPLACE);
  }

  setQuery(query: string): void {
    this.address.set({ find: query }, REPLACE);
  }

  setHidesOthers(hides: boolean): void {
    this.address.set({ hide: hides ? '1' : undefined }, REPLACE);
  }

  /** Shows the times of hosts whose clocks differ corrected, or as they were sent. */
  setCorrectsClocks(corrects: boolean): void {
    this.address.set({ clocks: corrects ? undefined : AS_SENT }, REPLACE);
  }
}

function isFilter(text: string): text is Filter {
  return text === 'path' || text === 'errors';
}
