import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editorSchema } from '../../../modules/deployment/editor-schema';
import { DeploymentInvalidError } from '../../../modules/deployment/errors';
import { fileProblem } from '../../../modules/deployment/file-problem';
import { synthesize } from '../../../modules/deployment/synthesize';
import { EVENT_SOURCE_NAME, Plan, QUEUE_ID } from '../../helpers/synth';

const DEPLOYMENTS = join(__dirname, '../../../deployments');

const SMALLEST = {
  awsRegion: 'eu-central-1',
  awsAccountId: '123456789012',
  genesysRegion: 'mypurecloud.de',
  eventSourceName: EVENT_SOURCE_NAME,
  queueIds: [QUEUE_ID],
  retentionDays: 365,
};

const folderOf = (files: Readonly<Record<string, unknown>>): string => {
  const folder = join(mkdtempSync(join(tmpdir(), 'deployments-')), 'deployments');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content, undefined, 2),
    );
  }
  return folder;
};

const synthesizeFolder = (deploymentsFolder: string) => {
  const outputFolder = mkdtempSync(join(tmpdir(), 'cdktf-out-'));
  return { ...synthesize({ deploymentsFolder, outputFolder }), outputFolder };
};

const synthesizeFiles = (files: Readonly<Record<string, unknown>>) => synthesizeFolder(folderOf(files));

const stack = (outputFolder: string, id: string): string =>
  readFileSync(join(outputFolder, 'stacks', id, 'cdk.tf.json'), 'utf8');

interface StackDocument {
  readonly provider: { readonly aws: readonly unknown[] };
  readonly terraform: { readonly backend: unknown; readonly required_providers: unknown };
  readonly output: Readonly<Record<string, { readonly value: string }>>;
}

const documentOf = (deployment: unknown): StackDocument =>
  JSON.parse(stack(synthesizeFiles({ 'a.json': deployment }).outputFolder, 'a'));

test('there is one stack per file of the folder, named by the file; other files are none', () => {
  const folder = folderOf({
    'production.json': SMALLEST,
    'staging.json': { ...SMALLEST, awsAccountId: '210987654321' },
    'notes.md': '# Notes',
  });
  mkdirSync(join(folder, 'schema'));
  writeFileSync(join(folder, 'schema/deployment.schema.json'), '{}');
  const { stacks, warnings, outputFolder } = synthesizeFolder(folder);
  expect(warnings).toEqual([]);
  expect(stacks).toEqual(['production', 'staging']);
  expect(stack(outputFolder, 'production')).toContain('"aws_lambda_function"');
  expect(stack(outputFolder, 'staging')).toContain('"aws_lambda_function"');
});

test('the stack of a deployment that is gone is removed, and a state beside it stays', () => {
  const { outputFolder } = synthesizeFiles({
    'a.json': SMALLEST,
    'old.json': { ...SMALLEST, awsAccountId: '210987654321' },
  });
  const kept = join(outputFolder, 'stacks/applied');
  mkdirSync(kept);
  writeFileSync(join(kept, 'cdk.tf.json'), '{}');
  writeFileSync(join(kept, 'terraform.tfstate'), '{}');
  const { warnings } = synthesize({ deploymentsFolder: folderOf({ 'a.json': SMALLEST }), outputFolder });
  expect(readdirSync(join(outputFolder, 'stacks')).sort()).toEqual(['a', 'applied']);
  expect(readdirSync(kept)).toEqual(['terraform.tfstate']);
  expect(warnings).toEqual([
    'stacks/applied is removed: there is no deployment applied any more',
    'stacks/old is removed: there is no deployment old any more',
  ]);
});

test('only the named account and region can be deployed to, and every resource bears the tags', () => {
  expect(documentOf({ ...SMALLEST, tags: { team: 'care' } }).provider.aws).toEqual([
    {
      region: 'eu-central-1',
      allowed_account_ids: ['123456789012'],
      default_tags: [{ tags: { team: 'care' } }],
    },
  ]);
  expect(documentOf(SMALLEST).provider.aws).toEqual([
    { region: 'eu-central-1', allowed_account_ids: ['123456789012'] },
  ]);
});

test('the stack takes every release of the provider whose schema it fits', () => {
  expect(documentOf(SMALLEST).terraform.required_providers).toEqual({
    aws: { source: 'aws', version: '>= 6.25, < 7.0' },
  });
});

test('the state is kept beside the project, by a relative path, where no bucket is given', () => {
  expect(documentOf(SMALLEST).terraform.backend).toEqual({ local: { path: '../../../terraform.a.tfstate' } });
});

test('the state is kept in a bucket that is given, encrypted and locked', () => {
  const backend = { bucket: 'our-state', region: 'eu-west-1' };
  expect(documentOf({ ...SMALLEST, backend }).terraform.backend).toEqual({
    s3: {
      bucket: 'our-state',
      region: 'eu-west-1',
      key: 'genesys-voicemail-to-s3/a.tfstate',
      encrypt: true,
      use_lockfile: true,
    },
  });
  const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11';
  expect(
    documentOf({ ...SMALLEST, backend: { ...backend, key: 'voicemail.tfstate', kmsKeyArn } }).terraform
      .backend,
  ).toEqual({
    s3: { ...backend, key: 'voicemail.tfstate', kms_key_id: kmsKeyArn, encrypt: true, use_lockfile: true },
  });
});

test('the outputs name what an operator needs', () => {
  const { output } = documentOf(SMALLEST);
  expect(Object.keys(output)).toEqual([
    'bucket_arn',
    'bucket_name',
    'event_bus_name',
    'events_queue_arn',
    'events_queue_url',
    'failures_queue_arn',
    'failures_queue_url',
    'key_arn',
    'move_function_arn',
    'move_function_name',
    'refresh_function_arn',
    'refresh_function_name',
    'secret_arn',
    'secret_arns',
    'undelivered_queue_arn',
    'undelivered_queue_url',
  ]);
  expect(output['failures_queue_url']?.value).toMatch(
    /^\$\{aws_sqs_queue\.voicemail_queues_failures_[0-9A-F]{8}\.url\}$/,
  );
});

test('the synth says that queues are not reconciled where there is no list of them', () => {
  const { queueIds: _, ...everyQueue } = SMALLEST;
  expect(synthesizeFiles({ 'a.json': everyQueue }).warnings).toEqual([
    expect.stringMatching(
      /^a: without queueIds every queue is moved that is not excluded, and the reconcile has no list/,
    ),
  ]);
  expect(synthesizeFiles({ 'a.json': SMALLEST }).warnings).toEqual([]);
});

test('the options of a deployment reach the module', () => {
  const { outputFolder } = synthesizeFiles({
    'a.json': { ...SMALLEST, name: 'care', rotationScheduleExpression: 'rate(4 hours)' },
  });
  const plan = new Plan(stack(outputFolder, 'a'));
  expect(plan.only('aws_secretsmanager_secret')['name']).toBe('care-token');
  expect(plan.only('aws_secretsmanager_secret_rotation')['rotation_rules']).toMatchObject({
    schedule_expression: 'rate(4 hours)',
  });
});

describe('bad input', () => {
  const messageOf = (folder: string): string => {
    try {
      synthesizeFolder(folder);
    } catch (error) {
      if (error instanceof DeploymentInvalidError) {
        return error.message;
      }
      throw error;
    }
    throw new Error('expected a DeploymentInvalidError');
  };

  test.each<[string, unknown, RegExp]>([
    [
      'an unknown region',
      { ...SMALLEST, genesysRegion: 'eu-north-9' },
      /^deployments\/a\.json:4:20: genesysRegion is "eu-north-9"; allowed: us-east-1 \(mypurecloud\.com\), .*, by either name$/,
    ],
    [
      'a malformed event source name',
      { ...SMALLEST, eventSourceName: 'genesys' },
      /^deployments\/a\.json:5:22: eventSourceName is "genesys"; allowed: aws\.partner\/genesys\.com\/cloud\/<organization id>\/<suffix>, .*$/,
    ],
    [
      'a queue id that is no UUID',
      { ...SMALLEST, queueIds: [QUEUE_ID, 'support'] },
      /^deployments\/a\.json:8:5: queueIds\[1\] is "support"; allowed: the id of a Genesys queue, a UUID .*$/,
    ],
    [
      'an unknown option',
      { ...SMALLEST, retentionDay: 365 },
      /^deployments\/a\.json:10:19: there is no option retentionDay; did you mean retentionDays\?$/,
    ],
    [
      'an unknown option that resembles none',
      { ...SMALLEST, colour: 'red' },
      /^deployments\/a\.json:10:13: there is no option colour; allowed: awsRegion, awsAccountId, .*$/,
    ],
    [
      'a short name that resembles none',
      { ...SMALLEST, foo: 1 },
      /^deployments\/a\.json:10:10: there is no option foo; allowed: awsRegion, awsAccountId, .*$/,
    ],
    [
      'an unknown option of a function',
      { ...SMALLEST, moveVoicemailToS3: { memoryMB: 512 } },
      /^deployments\/a\.json:11:17: there is no option moveVoicemailToS3\.memoryMB; did you mean memoryMb\?$/,
    ],
    [
      'a missing region',
      { ...SMALLEST, genesysRegion: undefined },
      /^deployments\/a\.json: genesysRegion is missing; allowed: us-east-1 \(mypurecloud\.com\), .*$/,
    ],
    [
      'a missing account',
      { ...SMALLEST, awsAccountId: undefined },
      /^deployments\/a\.json: awsAccountId is missing; allowed: an AWS account id: 12 digits, as a text in quotes$/,
    ],
    [
      'an account that is a number',
      { ...SMALLEST, awsAccountId: 123456789012 },
      /^deployments\/a\.json:3:19: awsAccountId is 123456789012; allowed: an AWS account id: 12 digits, as a text in quotes$/,
    ],
    [
      'options that do not go together',
      { ...SMALLEST, retainForever: true },
      /^deployments\/a\.json:9:20: retentionDays is 365; allowed: either retentionDays or retainForever as true, not both$/,
    ],
    [
      'no decision about the retention',
      { ...SMALLEST, retentionDays: undefined },
      /^deployments\/a\.json: retentionDays is missing; allowed: either retentionDays or retainForever as true, not both$/,
    ],
    [
      'a list in the place of an object',
      [],
      /^deployments\/a\.json:1:1: this is a list; allowed: one JSON object$/,
    ],
    [
      'a comma too many',
      '{\n  "awsRegion": "eu-central-1",\n}\n',
      /^deployments\/a\.json:3:1: not JSON: .*; allowed: one JSON object, without comments and trailing commas$/,
    ],
    [
      'a comma too few',
      '{\n  "a": 1\n  "b": 2\n}\n',
      /^deployments\/a\.json:3:3: not JSON: comma expected; .*$/,
    ],
    ['a comment', '{ // where\n}\n', /^deployments\/a\.json:1:3: not JSON: invalid comment token; .*$/],
    [
      'an unfinished text',
      '{ "awsRegion": "eu',
      /^deployments\/a\.json:1:16: not JSON: unexpected end of string; .*$/,
    ],
    ['an empty file', '', /^deployments\/a\.json:1:1: not JSON: value expected; .*$/],
  ])('%s is told in one line with its place and what is allowed', (_, content, line) => {
    const message = messageOf(folderOf({ 'a.json': content }));
    expect(message).toMatch(line);
    expect(message).not.toContain('\n');
  });

  test('a folder without deployments is told in one line', () => {
    const line =
      'deployments: there is no deployment here; expected one file <name>.json for each, as in the example of the README';
    expect(messageOf(folderOf({ 'readme.md': '' }))).toBe(line);
    expect(messageOf(join(tmpdir(), 'no-such-folder', 'deployments'))).toBe(line);
  });

  test('a file whose name cannot name a stack is told in one line', () => {
    expect(messageOf(folderOf({ 'My Deployment.json': SMALLEST }))).toMatch(
      /^deployments\/My Deployment\.json: the name of the file names the stack; /,
    );
  });
});

test('the schema tells an editor what an option means, and which names there are', () => {
  const schema = JSON.parse(editorSchema());
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  expect(schema.properties.retentionDays.description).toMatch(
    /^Days after which stored voicemail is deleted\./,
  );
  const undescribed = Object.entries(schema.properties).filter(
    ([, property]) => !JSON.stringify(property).includes('"description"'),
  );
  expect(undescribed.map(([name]) => name)).toEqual([]);
});

test('the deployment of the local run names the schema and an account that nobody has', () => {
  const local = JSON.parse(readFileSync(join(DEPLOYMENTS, 'local.json'), 'utf8'));
  expect(local).toMatchObject({ $schema: 'schema/deployment.schema.json', awsAccountId: '000000000000' });
});

test('a copy that fails is told by the file that it was to write', () => {
  // As Node's copyFile throws it.
  const error = {
    code: 'ENOSPC',
    syscall: 'copyfile',
    path: 'dist/functions/x.zip',
    dest: 'cdktf.out/x.zip',
  };
  expect(fileProblem(Object.assign(new Error('no space'), error))).toBe(
    'cdktf.out/x.zip: the disk is full (ENOSPC)',
  );
});
