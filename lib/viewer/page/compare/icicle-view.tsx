import '../parts/service-colors.css';
import { useMemo } from 'preact/hooks';
import type { Comparison } from '../../analysis/compare.js';
import { formatNanos } from '../../analysis/durations.js';
import { lineOf } from '../../analysis/row-texts.js';
import { serviceColorOf } from '../parts/service-color.js';
import { icicleOf } from './icicle.js';

const LEVEL_HEIGHT = 15;

interface IcicleProperties {
  readonly side: 'a' | 'b';
  readonly comparison: Comparison;
  readonly longestNanos: number;
}

/** The critical path of one trace as a small chart; the table beside it tells the same. */
export function Icicle({ side, comparison, longestNanos }: IcicleProperties) {
  const parts = useMemo(
    () => icicleOf(comparison.roots, side, longestNanos),
    [comparison, side, longestNanos],
  );
  const levels = Math.max(1, ...parts.map(({ level }) => level + 1));
  return (
    <div class="icicle">
      <b>{side.toUpperCase()}</b>
      <div class="icicle-chart" style={{ height: `${levels * LEVEL_HEIGHT}px` }}>
        {parts.map(({ own, left, width, level }) => (
          <span
            key={own.index}
            title={`${lineOf(own.service)} ${lineOf(own.name)} · ${formatNanos(own.pathTotalNanos)} on the path`}
            style={{
              left: `${left * 100}%`,
              width: `${width * 100}%`,
              top: `${level * LEVEL_HEIGHT}px`,
              'border-left-color': `var(--service-${serviceColorOf(own.service)})`,
            }}
          >
            {lineOf(own.name)}
          </span>
        ))}
      </div>
    </div>
  );
}
