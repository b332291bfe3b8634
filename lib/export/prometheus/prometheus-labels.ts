import { prometheusLabel } from './prometheus-names.js';

/** The name of each label by the key of its attribute; bounded, as keys of users may be made up. */
const MAX_KNOWN_KEYS = 1000;

/** Writes labels, and remembers how the keys of attributes are escaped. */
export class PrometheusLabels {
  readonly #names = new Map<string, string>();

  /**
   * Labels without the braces: `method="GET",code="200"`; empty for none. Keys that become the same label have their
   * values in one, in the order of the keys. Spec: `compatibility/prometheus_and_openmetrics.md#metric-attributes`.
   *
   * @param attributes of any values; others than texts are written as texts
   * @param reserved a label that the format uses, and that an attribute must not take
   */
  write(attributes: Readonly<Record<string, unknown>>, reserved?: string): string {
    let text = '';
    const keys = Object.keys(attributes);
    const names = new Set<string>();
    for (const key of keys) {
      const name = this.#nameOf(key);
      if (names.has(name)) return this.#writeColliding(attributes, reserved);
      names.add(name);
      const value = escapeValue(textOf(attributes[key]));
      text += `${text === '' ? '' : ','}${name === reserved ? `exported_${name}` : name}="${value}"`;
    }
    return text;
  }

  #writeColliding(attributes: Readonly<Record<string, unknown>>, reserved?: string): string {
    const values = new Map<string, string>();
    for (const key of Object.keys(attributes).sort()) {
      const name = this.#nameOf(key);
      const before = values.get(name);
      const value = textOf(attributes[key]);
      values.set(name, before === undefined ? value : `${before};${value}`);
    }
    return this.write(Object.fromEntries(values), reserved);
  }

  #nameOf(key: string): string {
    let name = this.#names.get(key);
    if (name === undefined) {
      name = prometheusLabel(key);
      if (this.#names.size < MAX_KNOWN_KEYS) this.#names.set(key, name);
    }
    return name;
  }
}

/** Spec: `common/README.md#anyvalue-representation-for-non-otlp-protocols`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function escapeValue(text: string): string {
  if (!/[\\"\n]/.test(text)) return text;
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
