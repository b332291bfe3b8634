import { describe, expect, it } from '@jest/globals';
import { createDefaultLogExporter } from '../../lib/assembly/default-log-parts.js';
import {
  createDefaultExporter,
  createDefaultPropagator,
  createDefaultSampler,
} from '../../lib/assembly/default-parts.js';
import {
  ENVIRONMENT_EXPORTER_NAMES,
  ENVIRONMENT_LOG_EXPORTER_NAMES,
  ENVIRONMENT_PROPAGATOR_NAMES,
  ENVIRONMENT_SAMPLER_NAMES,
  readEnvironment,
} from '../../lib/assembly/environment.js';
import type { EnvironmentVariables } from '../../lib/assembly/environment-reader.js';
import { Diagnostics } from '../../lib/diagnostics.js';
import type { SpanExporter } from '../../lib/export/index.js';
import * as propagators from '../../lib/propagation/index.js';
import * as samplers from '../../lib/sampling/index.js';
import { readText } from './source-tree.js';

const page = readText('lib/assembly/README.md');
const diagnostics = new Diagnostics({ warn() {} });

const read = (variables: EnvironmentVariables) => readEnvironment(diagnostics, variables);

/** The cells of the table whose first columns have this head, row by row. */
function tableOf(head: string): string[][] {
  const [, after] = page.split(`| ${head} |`);
  if (after === undefined) throw new Error(`No table with ${head} is on the page.`);
  const [table = ''] = after.split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

const wordsOf = (cell = ''): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');

/** What the code in backticks makes, with these names in scope. */
function make(cell: string | undefined, scope: Record<string, unknown>): unknown {
  const [code = ''] = wordsOf(cell);
  return new Function(...Object.keys(scope), `return ${code}`)(...Object.values(scope));
}

describe('the page of environment variables', () => {
  const rows = tableOf('Variable');

  function variablesThat(isRead: string): string[] {
    return rows.filter(([, cell]) => cell === isRead).flatMap(([names]) => wordsOf(names));
  }

  it('tells of every variable that is read, and of no other as being read', () => {
    const asked = new Set<string>();
    // The ratio is read for samplers that have one only.
    const variables = new Proxy<Record<string, string | undefined>>(
      { OTEL_TRACES_SAMPLER: 'traceidratio' },
      {
        get(given, name: string) {
          asked.add(name);
          return given[name];
        },
      },
    );
    read(variables);
    expect(variablesThat('yes').sort()).toEqual([...asked].sort());
  });

  it('says of each variable whether it is read', () => {
    expect(rows.length).toBeGreaterThan(0);
    expect([...variablesThat('yes'), ...variablesThat('no')]).toHaveLength(
      rows.flatMap(([names]) => wordsOf(names)).length,
    );
    expect(rows.filter((cells) => cells.length !== 5)).toEqual([]);
  });

  it('says what each name of a sampler makes', () => {
    const table = tableOf('`OTEL_TRACES_SAMPLER` | makes');
    expect(table.flatMap(([name]) => wordsOf(name))).toEqual([...ENVIRONMENT_SAMPLER_NAMES]);
    for (const [name, code] of table) {
      const [samplerName] = wordsOf(name);
      const made = createDefaultSampler(
        read({ OTEL_TRACES_SAMPLER: samplerName, OTEL_TRACES_SAMPLER_ARG: '0.25' }),
      );
      const told = make(code, { ...samplers, ratio: 0.25, serviceName: 'orders' });
      expect([name, String(told)]).toEqual([name, String(made)]);
      expect(told).toBeInstanceOf(made.constructor);
    }
  });

  it('says what each name of a propagator makes', () => {
    const table = tableOf('`OTEL_PROPAGATORS` | makes');
    expect(table.flatMap(([name]) => wordsOf(name))).toEqual([...ENVIRONMENT_PROPAGATOR_NAMES]);
    for (const [name, code] of table) {
      const [OTEL_PROPAGATORS] = wordsOf(name);
      const made = createDefaultPropagator(read({ OTEL_PROPAGATORS }), diagnostics);
      const told = make(code, { ...propagators }) as typeof made;
      expect([name, told.fields()]).toEqual([name, made.fields()]);
    }
  });

  it('says what each name of an exporter makes', () => {
    const table = tableOf('`OTEL_TRACES_EXPORTER` | makes');
    expect(table.flatMap(([name]) => wordsOf(name))).toEqual([...ENVIRONMENT_EXPORTER_NAMES]);
    for (const [name, told] of table) {
      const [OTEL_TRACES_EXPORTER] = wordsOf(name);
      const made: SpanExporter | undefined = createDefaultExporter(
        read({ OTEL_TRACES_EXPORTER }),
        diagnostics,
      );
      expect([name, wordsOf(told)[0]]).toEqual([name, made?.constructor.name]);
    }
  });

  it('says what each name of a log exporter makes', () => {
    const table = tableOf('`OTEL_LOGS_EXPORTER` | makes');
    expect(table.flatMap(([name]) => wordsOf(name))).toEqual([...ENVIRONMENT_LOG_EXPORTER_NAMES]);
    for (const [name, told] of table) {
      const [OTEL_LOGS_EXPORTER] = wordsOf(name);
      const made = createDefaultLogExporter(read({ OTEL_LOGS_EXPORTER }), diagnostics);
      expect([name, wordsOf(told)[0]]).toEqual([name, made?.constructor.name]);
    }
  });
});
