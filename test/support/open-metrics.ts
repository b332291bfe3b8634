const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const LABELS = `\\{(?:${LABEL}(?:,${LABEL})*)?\\}`;
const NUMBER = '[-+]?(?:\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?|Inf|NaN)|NaN';
const SAMPLE = new RegExp(
  `^(${NAME})(${LABELS})? (?:${NUMBER})(?: \\d+(?:\\.\\d+)?)?( # ${LABELS} (?:${NUMBER})(?: \\d+(?:\\.\\d+)?)?)?$`,
);
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  info: ['_info'],
};

/**
 * What is wrong with a text of OpenMetrics 1.0: its lines, the order of a family, suffixes, units, duplicates and the
 * end. Written from the ABNF of the specification, and not from our code.
 */
export function openMetricsTrouble(text: string): string[] {
  const lines = text.split('\n');
  const trouble: string[] = [];
  if (lines.pop() !== '' || lines.pop() !== '# EOF') return ['no # EOF at the end'];
  const families = new Set<string>();
  const series = new Set<string>();
  let family: string | undefined;
  let type = 'unknown';
  let hasSamples = false;
  for (const line of lines) {
    const meta = /^# (HELP|TYPE|UNIT) (\S+)(?: (.*))?$/.exec(line);
    if (meta !== null) {
      const [, kind, name = '', value = ''] = meta;
      if (name !== family || hasSamples) {
        if (families.has(name)) trouble.push(`${name} is there twice`);
        families.add(name);
        family = name;
        type = 'unknown';
        hasSamples = false;
      }
      if (kind === 'TYPE') type = value;
      if (kind === 'UNIT' && !name.endsWith(`_${value}`))
        trouble.push(`${name} has the unit ${value}`);
      if (kind === 'HELP' && /[^\\]"/.test(value)) trouble.push(`a quote in the help of ${name}`);
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) {
      trouble.push(`no sample: ${line}`);
      continue;
    }
    const [, name = '', labels = '', exemplar] = sample;
    hasSamples = true;
    const suffix = family === undefined ? undefined : name.slice(family.length);
    if (!name.startsWith(family ?? '\n') || !SUFFIXES[type]?.includes(suffix ?? '\n')) {
      trouble.push(`${name} is no sample of the ${type} ${family}`);
    }
    if (series.has(name + labels)) trouble.push(`${name}${labels} is there twice`);
    series.add(name + labels);
    if (exemplar !== undefined && suffix !== '_bucket' && suffix !== '_total') {
      trouble.push(`${name} has an exemplar`);
    }
  }
  return trouble;
}
