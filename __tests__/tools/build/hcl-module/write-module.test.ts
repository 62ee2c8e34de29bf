import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODULE_OUTPUTS } from '../../../../modules/genesys-voicemail-to-s3';
import { OPTIONS, type OptionTable } from '../../../../modules/genesys-voicemail-to-s3/options';
import {
  EditFailedError,
  fixedOptions,
  ModuleDocument,
  moduleVariables,
  snakeCase,
  writeModule,
} from '../../../../tools/build/hcl-module';

const PROJECT = join(__dirname, '../../../..');

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

const folder = join(mkdtempSync(join(tmpdir(), 'terraform-module-')), 'module');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const body = (): { readonly resource: Blocks } & Readonly<Record<string, unknown>> =>
  JSON.parse(text('main.tf.json'));
const resource = (type: string, name: string): Readonly<Record<string, unknown>> => {
  const found = body().resource[type]?.[name];
  if (found === undefined) {
    throw new Error(`there is no ${type}.${name}`);
  }
  return found;
};

beforeAll(() => writeModule({ root: PROJECT, outputFolder: folder }));

const filesBelow = (root: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(root.length + 1),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );

test('the module is these files', () => {
  expect(Object.keys(filesBelow(folder))).toEqual([
    'README.md',
    'functions/move-voicemail-to-s3.zip',
    'functions/refresh-auth-token.zip',
    'main.tf.json',
    'outputs.tf.json',
    'variables.tf.json',
    'versions.tf',
  ]);
});

describe('the body', () => {
  test('holds no provider, no backend, no version and no remark of cdktf: those are the caller’s or in versions.tf', () => {
    expect(Object.keys(body())).toEqual(['locals', 'check', 'data', 'resource']);
    expect(text('main.tf.json')).not.toContain('"//"');
    expect(text('main.tf.json')).not.toMatch(/terraform_remote_state|"backend"|"provider"/);
  });

  test('has the addresses that callers rely on', () => {
    const addresses = Object.entries(body().resource).flatMap(([type, named]) =>
      Object.keys(named).map((name) => `${type}.${name}`),
    );
    expect(addresses.sort()).toMatchSnapshot();
  });

  test('finds the zips in its own folder, by an expression that is not escaped', () => {
    const lambda = resource('aws_lambda_function', 'move_function');
    expect(lambda['filename']).toBe('${path.module}/functions/move-voicemail-to-s3.zip');
    expect(lambda['source_code_hash']).toBe(
      '${filebase64sha256("${path.module}/functions/move-voicemail-to-s3.zip")}',
    );
    expect(text('main.tf.json')).not.toContain('$${');
  });

  test('holds no unresolved token and no absolute path', () => {
    expect(text('main.tf.json')).not.toMatch(/unresolved-token|TfToken/);
    expect(text('main.tf.json')).not.toContain(PROJECT);
    expect(text('main.tf.json')).not.toContain(tmpdir());
  });

  test.each([
    ['aws_kms_key', 'encryption_key', '${var.existing_key_arn == null ? 1 : 0}'],
    ['aws_secretsmanager_secret', 'token_secret', '${var.existing_secret_arn == null ? 1 : 0}'],
    ['aws_s3_bucket', 'archive_bucket', '${var.existing_bucket_name == null ? 1 : 0}'],
    ['aws_cloudwatch_event_bus', 'events_bus', '${var.existing_event_bus_name == null ? 1 : 0}'],
    ['aws_cloudwatch_event_rule', 'events_rule', '${length(local.queue_filters)}'],
    ['aws_cloudwatch_event_rule', 'reconcile_rule', '${local.reconciles ? 1 : 0}'],
    [
      'aws_cloudwatch_metric_alarm',
      'observability_delivery_failed',
      '${local.is_full ? length(local.queue_filters) : 0}',
    ],
    ['aws_cloudwatch_metric_alarm', 'observability_event_lost', '${length(local.queue_filters)}'],
    [
      'aws_cloudwatch_metric_alarm',
      'observability_reconcile_lost',
      '${local.is_full && local.reconciles ? 1 : 0}',
    ],
    ['aws_cloudwatch_metric_alarm', 'observability_event_lost', '${length(local.queue_filters)}'],
    ['aws_cloudwatch_composite_alarm', 'observability_cause_no_token', '${local.is_full ? 1 : 0}'],
  ])('decides by count whether %s.%s is there', (type, name, count) => {
    expect(resource(type, name)['count']).toBe(count);
  });

  test('refers to what has a count by an index, a splat or a local only', () => {
    const counted = Object.entries(body().resource).flatMap(([type, named]) =>
      Object.entries(named)
        .filter(([, { count }]) => count !== undefined)
        .map(([name]) => `${type}.${name}`),
    );
    expect(counted.length).toBeGreaterThan(15);
    for (const address of counted) {
      expect(text('main.tf.json')).not.toMatch(new RegExp(`\\{[^}]*${address.replace('.', '\\.')}\\.[a-z]`));
    }
  });

  test('repeats by lists, which keep their order, and never by a set', () => {
    expect(text('main.tf.json')).toContain('"for_each": "${rule.value}"');
    expect(text('main.tf.json')).not.toMatch(/\btoset\(/);
  });

  test('guards bucket, both kinds of secret, key and bus', () => {
    expect(text('main.tf.json').match(/"prevent_destroy": true/g)).toHaveLength(5);
  });
});

describe('the variables', () => {
  const variables = (): Readonly<Record<string, Readonly<Record<string, unknown>>>> =>
    JSON.parse(text('variables.tf.json')).variable;

  test('are the options of the construct, but for those that the README lists as fixed', () => {
    const fixed = fixedOptions().map(({ name }) => name);
    const wanted = Object.keys(OPTIONS)
      .map(snakeCase)
      .filter((name) => !fixed.includes(name));
    expect(Object.keys(variables()).sort()).toEqual(wanted.sort());
    for (const name of fixed) {
      expect(text('README.md')).toContain(`\`${name}\``);
    }
  });

  test('have the defaults of the options', () => {
    const table: OptionTable = OPTIONS;
    for (const { name, byDefault, type } of moduleVariables()) {
      const option = Object.entries(table).find(([known]) => snakeCase(known) === name)?.[1];
      if (option?.rule.kind === 'object') {
        for (const value of Object.values(Object(option.byDefault))) {
          expect(type).toContain(`, ${JSON.stringify(value)})`);
        }
      } else if (option?.byDefault !== undefined) {
        expect([name, byDefault]).toEqual([name, option.byDefault]);
      }
    }
  });

  test('are typed and described, and take no null where that would mean nothing', () => {
    for (const [name, variable] of Object.entries(variables())) {
      expect([name, variable['type']]).toEqual([name, expect.stringMatching(/./)]);
      expect([name, variable['description']]).toEqual([name, expect.stringMatching(/^[A-Z].{10,}/)]);
      const nullable = 'default' in variable && variable['default'] === null;
      expect([name, variable['nullable']]).toEqual([name, nullable ? undefined : false]);
    }
  });

  test('have names of other options in their descriptions as Terraform knows them', () => {
    const known = new Set([
      ...moduleVariables().map(({ name }) => name),
      ...fixedOptions().map(({ name }) => name),
    ]);
    const mentioned = moduleVariables()
      .flatMap(({ description }) => [...description.matchAll(/`([A-Za-z0-9_]+)`/g)])
      .map(([, name = '']) => name)
      .filter((name) => /[a-z]_[a-z]|[a-z][A-Z]/.test(name));
    expect(mentioned.length).toBeGreaterThan(5);
    expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
  });

  test('have rules that look at each other in one direction only, since Terraform refuses a cycle', () => {
    const looksAt = new Map(
      moduleVariables().map(({ name, conditions }) => [
        name,
        new Set(
          conditions
            .flatMap(({ holds }) => [...holds.matchAll(/var\.([a-z0-9_]+)/g)])
            .map(([, other = '']) => other)
            .filter((other) => other !== name),
        ),
      ]),
    );
    const reaches = (name: string, path: readonly string[]): boolean =>
      [...(looksAt.get(name) ?? [])].some(
        (other) => path.includes(other) || reaches(other, [...path, other]),
      );
    expect([...looksAt.values()].some(({ size }) => size > 0)).toBe(true);
    expect([...looksAt.keys()].filter((name) => reaches(name, [name]))).toEqual([]);
  });
});

test('the outputs are those of a deployment, described', () => {
  const { output } = JSON.parse(text('outputs.tf.json'));
  expect(Object.keys(output).sort()).toEqual(MODULE_OUTPUTS.map(({ name }) => name).sort());
  expect(output.bucket_name).toEqual({ description: 'Name of the archive.', value: '${local.bucket_name}' });
});

test('another folder with a space in its name, another time zone and files of another date give the same bytes', () => {
  const root = join(mkdtempSync(join(tmpdir(), 'module-build-')), 'another one');
  mkdirSync(root, { recursive: true });
  for (const name of ['deployments', 'functions', 'modules', 'tools', 'package.json', 'tsconfig.json']) {
    cpSync(join(PROJECT, name), join(root, name), { recursive: true });
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
  for (const name of [
    'tools/build/hcl-module/template/versions.tf',
    'functions/refresh-auth-token/handler.ts',
  ]) {
    utimesSync(join(root, name), new Date('2001-01-01'), new Date('2001-01-01'));
  }
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', 'tsx/cjs', 'tools/build/build-module.ts', '--json'],
    { cwd: root, env: { ...process.env, TZ: 'Pacific/Kiritimati' }, encoding: 'utf8' },
  );
  expect([stderr, status]).toEqual(['', 0]);
  expect(filesBelow(join(root, 'dist/terraform-module'))).toEqual(filesBelow(folder));
});

describe('an edit that does not fit the construct', () => {
  const document = () =>
    new ModuleDocument(
      JSON.stringify({
        data: {},
        output: {},
        resource: { aws_sqs_queue: { voicemail_queues_events_A36B2DB6: { '//': {}, name: 'name-events' } } },
      }),
      'voicemail',
    );

  test.each<[string, (document: ModuleDocument) => void]>([
    ['sets an argument that is gone', (edited) => edited.set('aws_sqs_queue.queues_events', { delay: 1 })],
    ['sets one of a resource that is gone', (edited) => edited.set('aws_sqs_queue.gone', { name: '' })],
    ['adds an argument that came', (edited) => edited.add('aws_sqs_queue.queues_events', { name: '' })],
    ['replaces a text that is gone', (edited) => edited.replace('gone', '')],
    [
      'repeats a block that is gone',
      (edited) => edited.repeatBlock('aws_sqs_queue.queues_events', 'b', '', {}),
    ],
  ])('fails the build where it %s', (_, edit) => {
    expect(() => edit(document())).toThrow(EditFailedError);
    expect(document().resource('aws_sqs_queue.queues_events')).toEqual({ name: 'name-events' });
  });
});
