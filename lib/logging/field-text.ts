/** The fields that a log line gets, by name. */
export type LogFieldValues = Record<string, string | number | boolean>;

/** Fields of a log line as text. */
export class FieldText {
  private renderedPairs: string | undefined = undefined;
  private renderedJson: string | undefined = undefined;

  constructor(readonly values: Readonly<LogFieldValues>) {}

  /** Returns ` name=value` for each field. */
  pairs(): string {
    if (this.renderedPairs === undefined) {
      let text = '';
      for (const name in this.values) {
        const value = this.values[name];
        if (isFieldValue(value)) text += ` ${name}=${shown(String(value))}`;
      }
      this.renderedPairs = text;
    }
    return this.renderedPairs;
  }

  /**
   * Returns `,"name":value` for each field, to be inserted behind the last field of an object in JSON.
   *
   * @param line the object; a field of its own stays as it is
   * @param others more fields of the line
   */
  json(line: object, others?: object): string {
    for (const name in this.values) {
      if (hasField(name, line, others)) return this.missingIn(line, others);
    }
    this.renderedJson ??= fieldsInJson(this.values);
    return this.renderedJson;
  }

  private missingIn(line: object, others: object | undefined): string {
    const missing = Object.entries(this.values).filter(([name]) => !hasField(name, line, others));
    return fieldsInJson(Object.fromEntries(missing));
  }
}

function hasField(name: string, line: object, others: object | undefined): boolean {
  return Object.hasOwn(line, name) || (others !== undefined && Object.hasOwn(others, name));
}

/** Without a field for what is not a value: a function of the user has made it, and a line must not fail. */
function fieldsInJson(values: Readonly<LogFieldValues>): string {
  let text = '';
  for (const name in values) {
    const value: unknown = values[name];
    if (isFieldValue(value)) text += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return text;
}

function isFieldValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Quoted where a reader could not see the end of the value. */
function shown(text: string): string {
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}
