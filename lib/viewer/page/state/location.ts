import { signal } from '@preact/signals';
import { savedTrace } from './saved.js';
import { pathOfTrace } from './screen.js';

/** An address of the page. The whole state that a person may want to share or to come back to is in it. */
export interface PageLocation {
  readonly path: string;
  readonly search: URLSearchParams;
}

/** The current address. */
export const location = signal<PageLocation>(readLocation());

addEventListener('popstate', updateLocation);

/** Reads the address of the window again. */
export function updateLocation(): void {
  location.value = readLocation();
}

/** How {@link navigate} changes the history. */
export interface NavigateOptions {
  /** Whether the current entry of the history is replaced: for what changes with each key. @default false */
  readonly replace?: boolean;
}

/** Goes to another address of the page, such as `/t/…?view=flame`. */
export function navigate(address: string, { replace = false }: NavigateOptions = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', hrefOf(address));
  updateLocation();
}

/** Sets parameters of the current address; undefined removes one. */
export function setParameters(
  parameters: Readonly<Record<string, string | undefined>>,
  options?: NavigateOptions,
): void {
  const { path, search } = location.peek();
  navigate(addressOf(path, search, parameters), options);
}

/** A path with parameters: those that are given, and of the others those of `search`. */
export function addressOf(
  path: string,
  search: URLSearchParams,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  return next.size === 0 ? path : `${path}?${next}`;
}

/** What an address of the page is for the browser: a file keeps it in the fragment, as its path is its own. */
export function hrefOf(address: string): string {
  return savedTrace() === undefined ? address : `#${address}`;
}

function readLocation(): PageLocation {
  const { pathname, search, hash } = window.location;
  const saved = savedTrace();
  if (saved === undefined) return { path: pathname, search: new URLSearchParams(search) };
  const [, query = ''] = hash.split('?', 2);
  // A file has one screen.
  return { path: pathOfTrace(saved.trace.traceId), search: new URLSearchParams(query) };
}
