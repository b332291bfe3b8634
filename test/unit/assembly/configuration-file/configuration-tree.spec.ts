// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to variables look like templates
import { execFileSync } from 'node:child_process';
import { describe, expect, it, jest } from '@jest/globals';
import {
  readConfigurationTree,
  SubstitutedText,
} from '../../../../lib/assembly/configuration-file/configuration-tree.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import { ConfigurationFiles, messageOf } from './configuration-files.js';

const files = new ConfigurationFiles();

function readYaml(text: string, variables: Record<string, string> = {}): unknown {
  return readConfigurationTree(files.write(text), variables);
}

function readJson(text: string, variables: Record<string, string> = {}): unknown {
  return readConfigurationTree(files.write(text, 'otel.json'), variables);
}

describe('a configuration file in YAML', () => {
  // The table of the specification: `configuration/data-model.md`, "Environment variable substitution".
  it.each([
    ['key: ${STRING_VALUE}', { key: 'value' }],
    ['key: ${BOOL_VALUE}', { key: true }],
    ['key: ${INT_VALUE}', { key: 1 }],
    ['key: ${FLOAT_VALUE}', { key: 1.1 }],
    ['key: ${HEX_VALUE}', { key: 3_735_928_559 }],
    ['key: "${BOOL_VALUE}"', { key: 'true' }],
    ["key: '${INT_VALUE}'", { key: '1' }],
    ['key: ${INVALID_MAP_VALUE}', { key: 'value\nkey:value' }],
    ['key: ${UNDEFINED_KEY}', { key: null }],
    ['key: "${UNDEFINED_KEY}"', { key: '' }],
    ['${STRING_VALUE}: value', { '${STRING_VALUE}': 'value' }],
    ['key: $${STRING_VALUE}', { key: '${STRING_VALUE}' }],
    ['key: |\n  ${INT_VALUE}\n', { key: '1\n' }],
    ['key: !!str ${INT_VALUE}', { key: '1' }],
    ['key: [a, "${INT_VALUE}"]', { key: ['a', '1'] }],
    ['a: &x ${INT_VALUE}\nb: *x', { a: 1, b: 1 }],
  ])('reads %j', (text, expected) => {
    const variables = {
      STRING_VALUE: 'value',
      BOOL_VALUE: 'true',
      INT_VALUE: '1',
      FLOAT_VALUE: '1.1',
      HEX_VALUE: '0xdeadbeef',
      INVALID_MAP_VALUE: 'value\nkey:value',
    };
    expect(readYaml(text, variables)).toEqual(expected);
  });

  it('follows the core schema of YAML 1.2, also if the file asks for another one', () => {
    expect(readYaml('%YAML 1.1\n---\na: yes\nb: 0o17\nc: 2001-12-14')).toEqual({
      a: 'yes',
      b: 15,
      c: '2001-12-14',
    });
  });

  it.each([
    ['a: [1', /must be valid YAML 1\.2, but it is not: .*line 1, column 6\. Correct the file\.$/],
    ['a: 1\nb: 2\na: 3', /the key "a" occurs twice/],
    ['a:\n  b: 1\n  b: 1', /the key "b" occurs twice/],
    ['1: a', /a key of an object is not a string/],
    ['[a]: b', /a key of an object is not a string/],
    ['--- 1\n--- 2', /multiple documents/],
    ['a: !secret b', /Unresolved tag: !secret/],
    ['a: *b', /Unresolved alias/],
    [
      'a: ${B:?x}',
      /must refer to environment variables as \$\{NAME\}.*"\$\{B:\?x\}" is no reference/,
    ],
  ])('refuses %j', (text, expected) => {
    const message = messageOf(() => readYaml(text));
    expect(message).toMatch(expected);
    expect(message).toContain('otel.yaml');
  });

  it('does not show the text of an invalid file, because it can hold a secret', () => {
    const message = messageOf(() => readYaml('a: "x" s3cr3t\n  "s3cr3t" s3cr3t: ['));
    expect(message).not.toContain('s3cr3t');
  });

  it('refuses a file whose aliases multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level++) {
      const items = Array(10)
        .fill(`*a${level - 1}`)
        .join(', ');
      lines.push(`a${level}: &a${level} [${items}]`);
    }
    expect(messageOf(() => readYaml(lines.join('\n')))).toMatch(/Excessive alias count/);
  });

  it('is not slow for a file of many keys, which are all compared', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`);
    const read = readYaml(keys.join('\n')) as object;
    expect(Object.keys(read)).toHaveLength(keys.length);
  });

  it.each(['[', '- ', '? ', '{a: '])('refuses a file that nests %j without an end', (text) => {
    expect(() => readYaml(text.repeat(20_000))).toThrow(TracingConfigError);
  });
});

describe('a configuration file in JSON', () => {
  it('needs no package, and says where references were replaced', () => {
    expect(readJson('\uFEFF{"a": "${A}", "b": "$$", "c": [1, null]}', { A: '1' })).toEqual({
      a: new SubstitutedText('1'),
      b: '$',
      c: [1, null],
    });
  });

  it.each([
    ['{"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}], "a": 2}', /the key "a" occurs twice/],
    ['{"a\\u0062": 1, "ab": 2}', /the key "ab" occurs twice/],
    ['{"a":', /must be valid JSON, but it is not: /],
    ['', /must be valid JSON/],
    ['{"a": "${B:?x}"}', /is no reference to an environment variable/],
  ])('refuses %s', (text, expected) => {
    expect(messageOf(() => readJson(text))).toMatch(expected);
  });

  it('has equal keys in different objects, and strings that look like keys', () => {
    const text = '{"a": {"b": 1}, "c": {"b": 1}, "d": ["a", "a", ":", "{"], "e": "\\"a\\":"}';
    expect(readJson(text)).toEqual(JSON.parse(text));
  });

  it('does not show the text of an invalid file', () => {
    for (const text of ['{"key": "s3cr3t" "s3cr3t"}', '{"key": s3cr3t, "a": "b"}', 's3cr3t']) {
      expect(messageOf(() => readJson(text))).not.toContain('3cr3t');
    }
  });

  it('keeps a key with the name of a prototype as a key', () => {
    const read = readJson('{"__proto__": {"disabled": true}}') as object;
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect('disabled' in read).toBe(false);
  });
});

describe('a configuration file', () => {
  it('must exist', () => {
    expect(messageOf(() => readConfigurationTree(files.path('none.yaml'), {}))).toMatch(
      /^The configuration file \/.*none\.yaml must be a file that can be read, but it is not readable \(ENOENT\)\. Correct OTEL_CONFIG_FILE/,
    );
  });

  it('must not be a folder or a pipe', () => {
    const pipe = files.path('pipe.json');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, `${files.path('.')}/../.json`]) {
      expect(() => readConfigurationTree(path, {})).toThrow(TracingConfigError);
    }
    expect(messageOf(() => readConfigurationTree(pipe, {}))).toMatch(/it is not a regular file/);
  });

  it('must not be longer than any configuration is', () => {
    const path = files.write(Buffer.alloc(10 * 1024 * 1024, 0x20), 'long.json');
    expect(messageOf(() => readConfigurationTree(path, {}))).toMatch(
      /must have at most 262144 bytes, but it is 10485760 bytes long/,
    );
  });

  it.each(['otel.toml', 'otel', 'otel.yaml.txt'])('must not have the name %s', (name) => {
    expect(messageOf(() => readConfigurationTree(files.write('', name), {}))).toMatch(
      /must have a name that ends with \.yaml, \.yml or \.json/,
    );
  });

  it('in YAML needs the package yaml, and says how to get it', () => {
    const path = files.write('a: 1');
    const given = process.argv;
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(files.path('.'));
    try {
      process.argv = ['node', files.path('main.js')];
      expect(messageOf(() => readConfigurationTree(path, {}))).toMatch(
        /needs the package yaml, version 2, because it is written in YAML, but it is not installed\. Run "npm install yaml", or write/,
      );
      const json = files.write('{"a": 1}', 'otel.json');
      expect(readConfigurationTree(json, {})).toEqual({ a: 1 });
    } finally {
      process.argv = given;
      cwd.mockRestore();
    }
  });

  it('can be empty, which is null', () => {
    expect(readYaml('')).toBeNull();
    expect(readConfigurationTree(files.write('# nothing', 'otel.YML'), {})).toBeNull();
  });
});
