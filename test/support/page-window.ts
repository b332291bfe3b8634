import { afterEach } from '@jest/globals';

type Listener = (event: object) => void;

/** As much of a browser's window as the logic of the page touches. Modules that are imported later find it. */
export interface PageWindow {
  /** The addresses of the history, and where in it the window is. */
  readonly history: readonly string[];
  /** The path and query that the window shows. */
  readonly address: string;
  /** What the page has stored. */
  readonly storage: Map<string, string>;
  /** The attributes `data-…` of the document. */
  readonly dataset: Record<string, string>;
  /** Whether the storage refuses each call, as browsers can be set to do. @default false */
  isStorageForbidden: boolean;
  /** Whether another tab covers the page. @default false */
  isHidden: boolean;
  /** Tells the listeners of the window and of the document of an event. */
  tell(type: string, event?: object): void;
  /** Goes back, as the button of the browser does. */
  back(): void;
}

/** An element that has the focus; `selectors` are those that it matches. */
export class HTMLElementDouble {
  readonly #selectors: readonly string[];

  constructor(...selectors: readonly string[]) {
    this.#selectors = selectors;
  }

  /** It has nothing around it. */
  closest(selectors: string): HTMLElementDouble | null {
    return this.matches(selectors) ? this : null;
  }

  matches(selectors: string): boolean {
    return selectors.split(', ').some((selector) => this.#selectors.includes(selector));
  }
}

/** Puts a window into the globals of a test file. */
export function installPageWindow(address = '/'): PageWindow {
  const listeners = new Map<string, Set<Listener>>();
  const addresses = [address];
  let index = 0;
  const go = (next: string, isNew: boolean): void => {
    if (isNew) addresses.splice(++index);
    addresses[index] = next;
  };
  const page: PageWindow = {
    history: addresses,
    get address() {
      return addresses[index] as string;
    },
    storage: new Map(),
    dataset: {},
    isStorageForbidden: false,
    isHidden: false,
    tell: (type, event = {}) => {
      for (const listener of listeners.get(type) ?? []) listener(event);
    },
    back: () => {
      index -= 1;
      page.tell('popstate');
    },
  };
  const allowStorage = (): void => {
    if (page.isStorageForbidden) throw new Error('The storage is forbidden.');
  };
  Object.assign(globalThis, {
    addEventListener: (type: string, listener: Listener) => {
      listeners.set(type, (listeners.get(type) ?? new Set()).add(listener));
    },
    window: {
      location: {
        get pathname() {
          return page.address.split('?')[0];
        },
        get hash() {
          const [, fragment] = page.address.split('#');
          return fragment === undefined ? '' : `#${fragment}`;
        },
        get search() {
          const [, query] = page.address.split('?');
          return query === undefined ? '' : `?${query}`;
        },
      },
    },
    history: {
      pushState: (_state: unknown, _title: string, next: string) => go(next, true),
      replaceState: (_state: unknown, _title: string, next: string) => go(next, false),
    },
    document: {
      documentElement: { dataset: page.dataset },
      get visibilityState() {
        return page.isHidden ? 'hidden' : 'visible';
      },
      addEventListener: (type: string, listener: Listener) => {
        listeners.set(type, (listeners.get(type) ?? new Set()).add(listener));
      },
    },
    localStorage: {
      getItem: (key: string) => {
        allowStorage();
        return page.storage.get(key) ?? null;
      },
      setItem: (key: string, value: string) => {
        allowStorage();
        page.storage.set(key, value);
      },
    },
    HTMLElement: HTMLElementDouble,
  });
  return page;
}

/** A connection for server-sent events, which a test plays the server of. */
export class EventSourceDouble {
  static readonly CLOSED = 2;
  static readonly opened: EventSourceDouble[] = [];
  readonly url: string;
  readyState = 1;
  readonly #listeners = new Map<string, Listener>();

  constructor(url: string) {
    this.url = url;
    EventSourceDouble.opened.push(this);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.readyState = EventSourceDouble.CLOSED;
  }

  /** Sends an event; `data` is sent as JSON. */
  tell(type: string, data?: unknown, lastEventId = ''): void {
    this.#listeners.get(type)?.({ data: JSON.stringify(data), lastEventId });
  }

  /** The latest connection. */
  static get latest(): EventSourceDouble {
    return EventSourceDouble.opened.at(-1) as EventSourceDouble;
  }
}

/** The requests of the page in a test. */
export interface AnsweredFetches {
  readonly asked: { readonly path: string; readonly init: RequestInit }[];
  /** What the server answers. */
  answer: (path: string) => Response | Promise<Response>;
}

/** Answers the requests of the page in place of a server. What was asked is forgotten after each test. */
export function answerFetches(): AnsweredFetches {
  const fetches: AnsweredFetches = { asked: [], answer: () => new Response('{}') };
  globalThis.fetch = async (path, init = {}) => {
    fetches.asked.push({ path: String(path), init });
    return fetches.answer(String(path));
  };
  afterEach(() => {
    fetches.asked.length = 0;
  });
  return fetches;
}
