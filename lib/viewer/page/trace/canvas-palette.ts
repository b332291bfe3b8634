import { SERVICE_COLOR_COUNT } from '../parts/service-color.js';

/** The colours of a canvas, which cannot use variables of style sheets. */
export interface CanvasPalette {
  /** By the number of a service's colour. */
  readonly services: readonly string[];
  readonly ink: string;
  readonly dim: string;
  readonly line: string;
  readonly paper: string;
  readonly accent: string;
  readonly bad: string;
}

/**
 * Resolves the colours of the current theme.
 *
 * @param resolve gives the colour that a value of a style sheet has now
 */
export function canvasPalette(resolve: (value: string) => string): CanvasPalette {
  const variable = (name: string): string => resolve(`var(--${name})`);
  return {
    services: Array.from({ length: SERVICE_COLOR_COUNT }, (_, i) => variable(`service-${i}`)),
    ink: variable('ink'),
    dim: variable('dim'),
    line: variable('line'),
    paper: variable('paper'),
    accent: variable('accent'),
    bad: variable('bad'),
  };
}

/** What a browser makes of a colour inside of an element, with its theme and with forced colours. */
export function colorsIn(element: HTMLElement): (value: string) => string {
  return (value) => {
    const before = element.style.color;
    element.style.color = value;
    const { color } = getComputedStyle(element);
    element.style.color = before;
    return color;
  };
}
