import { describe, expect, it } from '@jest/globals';
import {
  logExporter,
  metricExporter,
  pairList,
  spanExporter,
} from '../../../../lib/assembly/configuration-file/exporter-section.js';
import { ConfigurationFiles, messageOf, placeInFile } from './configuration-files.js';

const files = new ConfigurationFiles();

describe('the section of an exporter', () => {
  it('describes OTLP over HTTP', () => {
    const otlp_http = {
      endpoint: 'http://collector:4318/v1/traces',
      headers: [
        { name: 'API-Key', value: 'own' },
        { name: 'empty', value: null },
      ],
      headers_list: 'api-key=listed,tenant=a%2Cb',
      compression: 'gzip',
      timeout: 0,
      max_request_size: 1000,
      encoding: 'json',
    };
    expect(spanExporter({ otlp_http }, placeInFile())).toMatchObject({
      kind: 'otlp',
      protocol: 'http/json',
      url: 'http://collector:4318/v1/traces',
      headers: { 'api-key': 'own', tenant: 'a,b' },
      compression: 'gzip',
      timeoutMillis: 2 ** 31 - 1,
      maxRequestBytes: 1000,
    });
    expect(logExporter({ otlp_http: null }, placeInFile())).toMatchObject({
      protocol: 'http/protobuf',
      url: undefined,
      headers: {},
    });
  });

  it.each([
    ['http://collector:4317', {}, 'http://collector:4317'],
    ['collector:4317', { insecure: true }, 'http://collector:4317'],
    ['collector:4317', {}, 'https://collector:4317'],
    [undefined, {}, undefined],
  ])('describes OTLP over gRPC to %s', (endpoint, tls, url) => {
    expect(spanExporter({ otlp_grpc: { endpoint, tls } }, placeInFile())).toMatchObject({
      protocol: 'grpc',
      url,
    });
  });

  it('reads certificates, whose paths are absolute', () => {
    const cert_file = files.write('cert', 'cert.pem');
    const key_file = files.write('key', 'key.pem');
    const tls = { ca_file: cert_file, cert_file, key_file };
    const { tls: read } = spanExporter({ otlp_http: { tls } }, placeInFile()) as {
      tls: Record<string, Buffer>;
    };
    expect(Object.entries(read).map(([name, pem]) => `${name}=${pem}`)).toEqual([
      'ca=cert',
      'cert=cert',
      'key=key',
    ]);
  });

  it('describes the console, and files', () => {
    expect(spanExporter({ console: null }, placeInFile())).toEqual({ kind: 'console' });
    const output_stream = 'file:///var/log/spans.jsonl';
    expect(
      spanExporter({ 'otlp_file/development': { output_stream } }, placeInFile()),
    ).toMatchObject({ kind: 'file', path: '/var/log/spans.jsonl' });
  });

  it('describes since when metrics count', () => {
    const settings = { temporality_preference: 'low_memory' };
    for (const kind of ['otlp_http', 'otlp_grpc', 'console']) {
      expect(metricExporter({ [kind]: settings }, placeInFile())).toMatchObject({
        temporalityPreference: 'lowmemory',
      });
    }
  });

  it.each([
    [spanExporter, { 'otlp_file/development': null }],
    [logExporter, { console: null }],
    [logExporter, { 'otlp_file/development': { output_stream: 'stdout' } }],
    [metricExporter, { 'otlp_file/development': null }],
  ])('notes what the library does not have', (reader, value) => {
    const place = placeInFile();
    expect(reader(value, place)).toBeUndefined();
    expect([...place.facts.lacking]).toEqual(Object.keys(value));
  });

  it.each<[object, RegExp]>([
    [{ endpoint: 'collector:4318' }, /otlp_http\.endpoint must be the URL of a receiver/],
    [{ endpoint: 4318 }, /endpoint must be a string, but it is the number 4318\. Put it in quotes/],
    [{ compression: 'zstd' }, /compression must be one of gzip, none, but it is "zstd"/],
    [{ timeout: -1 }, /timeout must be a whole number/],
    [{ timeout: '10000' }, /timeout must be a whole number .*"10000"\. Correct it without quotes/],
    [
      { headers: { a: 'b' } },
      /headers must be an array with at least one item, but it is an object/,
    ],
    [{ headers: [{ name: 'a' }] }, /headers\[0\]\.value must be set/],
    [{ headers: [{ name: 'content-type', value: 'x' }] }, /headers must be valid HTTP headers/],
    [{ tls: { ca_file: 'ca.pem' } }, /tls\.ca_file must be the absolute path of a PEM file/],
    [{ tls: { ca_file: '/none.pem' } }, /ca_file must be a file that can be read.*ENOENT/],
    [{ tls: { insecure: true } }, /tls\.insecure must be a setting/],
    [{ encoding: 'xml' }, /encoding must be one of protobuf, json/],
    [{ schedule_delay: 1 }, /schedule_delay must be a setting.*Known here: endpoint/],
  ])('refuses %j', (otlp_http, expected) => {
    expect(messageOf(() => spanExporter({ otlp_http }, placeInFile()))).toMatch(expected);
  });

  it('refuses a certificate without its key', () => {
    const cert_file = files.write('cert', 'cert.pem');
    const read = () => spanExporter({ otlp_grpc: { tls: { cert_file } } }, placeInFile());
    expect(messageOf(read)).toMatch(/tls must have both cert_file and key_file/);
  });

  it.each(['stderr', 'file:///a b.jsonl', 'http://a/b'])('refuses the stream %s', (stream) => {
    const value = { 'otlp_file/development': { output_stream: stream } };
    expect(messageOf(() => spanExporter(value, placeInFile()))).toMatch(
      /must be stdout or the URL/,
    );
  });

  it.each([
    { headers_list: 's3cr3t' },
    { headers_list: 'a=s3cr3t,%' },
    { headers: [{ name: 's3cr3t s3cr3t', value: 's3cr3t' }] },
    { headers: [{ name: 'a', value: 's3cr3t\n' }] },
    { endpoint: 'collector:s3cr3t@host:1' },
    { endpoint: 'ftp://host/?key=s3cr3t' },
  ])('shows no secret of %j', (otlp_http) => {
    expect(messageOf(() => spanExporter({ otlp_http }, placeInFile()))).not.toContain('s3cr3t');
  });

  it('reads lists of pairs as the environment has them', () => {
    expect(pairList('a=1, b=%20', placeInFile())).toEqual({ a: '1', b: ' ' });
  });
});
