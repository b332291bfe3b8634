import type { GraphJson } from '../../api/graph-json.js';
import { location, setParameters } from '../state/location.js';
import { COLUMNS, nextOrder, orderOf, tableRows } from './graph-table.js';

interface TableProperties {
  readonly graph: GraphJson;
  readonly picked: string | undefined;
  readonly labelOf: (nodeId: string) => string;
  readonly pick: (id: string) => void;
}

/** All calls of the graph as a table that can be sorted. */
export function GraphTable({ graph, picked, labelOf, pick }: TableProperties) {
  const order = orderOf(location.value.search);
  const sortBy = (column: (typeof COLUMNS)[number]): void =>
    setParameters({ sort: nextOrder(order, column) }, { replace: true });
  const directionOf = (key: string): 'ascending' | 'descending' | 'none' => {
    if (key !== order.key) return 'none';
    return order.isDescending ? 'descending' : 'ascending';
  };
  return (
    <table class="graph-table">
      <caption class="unseen">Calls between services</caption>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th
              key={column.key}
              scope="col"
              class={column.isNumber ? 'number' : ''}
              aria-sort={directionOf(column.key)}
            >
              <button type="button" onClick={() => sortBy(column)}>
                {column.title}
                <span aria-hidden="true">{MARKS[directionOf(column.key)]}</span>
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tableRows(graph.edges, labelOf, order).map(({ id, cells, isFailing, title }) => (
          <tr key={id} class={id === picked ? 'picked' : ''} onClick={() => pick(id)} title={title}>
            {cells.map((cell, i) => {
              const { key, isNumber } = COLUMNS[i] as (typeof COLUMNS)[number];
              const isBad = key === 'failed' && isFailing;
              const classes = [isNumber && 'number', isBad && 'bad'].filter(Boolean).join(' ');
              return i === 0 ? (
                <th key={key} scope="row">
                  <button
                    type="button"
                    aria-pressed={id === picked}
                    aria-label={`${cell} to ${cells[1]}`}
                    data-pick={id}
                    onClick={(event) => {
                      event.stopPropagation();
                      pick(id);
                    }}
                  >
                    {cell}
                  </button>
                </th>
              ) : (
                <td key={key} class={classes}>
                  {cell}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const MARKS = { ascending: ' ▲', descending: ' ▼', none: '' } as const;
