import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const COLOR_COUNT = 12;

/** `--name: light-dark(#…, #…)` and `--name: #…` in a style sheet. */
const styles = ['theme.css', 'parts/service-colors.css'].map((file) =>
  readFileSync(`lib/viewer/page/${file}`, 'utf8'),
);

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours of services', () => {
  const colors = [
    ...(styles[1] as string).matchAll(/--service-\d+: light-dark\((#\w{6}), (#\w{6})\)/g),
  ];

  it('are as many as there are numbers', () => {
    expect(colors).toHaveLength(COLOR_COUNT);
  });

  it.each(['paper', 'raised', 'accent-paper'])(
    'can be read as text on --%s, in both themes',
    (paper) => {
      const papers = [...(styles[0] as string).matchAll(new RegExp(`--${paper}: (#\\w{6})`, 'g'))];
      const [light, dark] = [papers[0]?.[1], papers[1]?.[1]] as [string, string];
      const least = Math.min(
        ...colors.map(([, onLight]) => contrast(onLight as string, light)),
        ...colors.map(([, , onDark]) => contrast(onDark as string, dark)),
      );
      expect(least).toBeGreaterThanOrEqual(4.5);
    },
  );
});
