import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { theme } from '../state/theme.js';
import { type CanvasPalette, canvasPalette, colorsIn } from './canvas-palette.js';

/** The colours for canvases inside of an element; undefined before it is on the screen. */
export function usePalette(
  element: RefObject<HTMLElement | null>,
): Signal<CanvasPalette | undefined> {
  const palette = useSignal<CanvasPalette | undefined>(undefined);
  const { value: current } = theme;
  useLayoutEffect(() => {
    const read = (): void => {
      if (element.current !== null) palette.value = canvasPalette(colorsIn(element.current));
    };
    read();
    const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
      matchMedia(query),
    );
    for (const query of queries) query.addEventListener('change', read);
    return () => {
      for (const query of queries) query.removeEventListener('change', read);
    };
  }, [current]);
  return palette;
}
