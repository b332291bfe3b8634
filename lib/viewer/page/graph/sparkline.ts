/** The bars of a small chart, as a path for SVG: a bar for each value, from the bottom. */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  const most = Math.max(...values, 0);
  if (most === 0) return '';
  const step = width / values.length;
  // A gap between bars, where they are wide enough to have one.
  const bar = step > 2 ? step - 1 : step;
  return values
    .map((value, i) => {
      if (value === 0) return '';
      const top = height - Math.max(1, (value / most) * height);
      const left = i * step;
      return `M${round(left)} ${height}V${round(top)}H${round(left + bar)}V${height}Z`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
