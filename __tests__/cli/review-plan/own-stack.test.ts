import { synthesizeModule } from '../../helpers/synth';
import { resource, review } from './plans';
import { OWN as ACCOUNT, OWN_STATE } from './values';

const roleOf = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** A value as a plan holds it: what cdktf writes as an expression is known. */
const resolved = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/\$\{data\.aws_caller_identity[^}]*\}/g, ACCOUNT)
      .replaceAll(/\$\{data\.aws_partition[^}]*\}/g, 'aws')
      .replaceAll(/\$\{data\.aws_region[^}]*\}/g, 'eu-central-1')
      .replaceAll(/\$\{aws_s3_bucket\.[^}]*\.bucket\}/g, `genesys-voicemail-${ACCOUNT}-eu-central-1`)
      .replaceAll(
        /\$\{aws_iam_role\.voicemail_move_\w+\.arn\}/g,
        roleOf('genesys-voicemail-move-voicemail-to-s3'),
      )
      .replaceAll(
        /\$\{aws_iam_role\.voicemail_refresh_\w+\.arn\}/g,
        roleOf('genesys-voicemail-refresh-auth-token'),
      )
      .replaceAll(
        /\$\{aws_(?:cloudwatch_)?(\w+?)_(\w+)\.(\w+)\.arn\}/g,
        `arn:aws:$1:eu-central-1:${ACCOUNT}:$3`,
      ),
  );

/** The resources of a stack with some options, each with an ARN of its own. */
const resourcesOf = (options: Parameters<typeof synthesizeModule>[0]) =>
  Object.entries(JSON.parse(synthesizeModule(options).text).resource).flatMap(([type, named]) =>
    Object.entries(named ?? {}).map(([name, values]) => {
      const arn = `\${${type}.${name}.arn}`;
      return { type, address: `${type}.${name}`, values: Object(resolved({ arn, ...Object(values) })) };
    }),
  );

const resources = resourcesOf({ eventArchiveDays: 14, accessLogBucketName: 'central-logs' });

/** What may go without a word: what comes back with the next apply and loses nothing meanwhile. */
const HARMLESS = [
  'aws_cloudwatch_dashboard',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_sqs_queue_redrive_allow_policy',
];

const stack = (action: string, shape: (values: unknown) => Readonly<Record<string, unknown>>) =>
  resources.map(({ type, address, values }) => resource(type, action, shape(values), { address }));

describe("the module's own stack", () => {
  it('passes when it is made for the first time', () => {
    expect(review(stack('create', (after) => ({ before: null, after }))).stops).toEqual([]);
  });

  it('passes when only its tags change, even where the plan names no account', () => {
    const tagged = stack('update', (values) => ({
      before: values,
      after: { ...Object(values), tags: { team: 'care' } },
      after_unknown: { tags_all: true },
    }));
    expect(review(tagged)).toMatchObject({ stops: [], warnings: [] });
  });

  it('has no resource that goes without a stop or a note, but those that lose nothing', () => {
    const { stops, warnings } = review(stack('delete', (before) => ({ before, after: null })));
    const told = new Set([...stops, ...warnings].map(({ address }) => address));
    const untold = resources.filter(({ address }) => !told.has(address)).map(({ type }) => type);
    expect([...new Set(untold)].sort()).toEqual(HARMLESS);
  });

  const queueIds = Array.from(
    { length: 46 },
    (_, index) => `00000000-0000-4000-8000-0000000000${10 + index}`,
  );
  const readers = [roleOf('ops'), roleOf('audit')];

  it.each([
    [
      'a queue at the front, which moves another one to the next rule',
      { queueIds: queueIds.slice(1) },
      { queueIds },
    ],
    ['readers of the secret', {}, { secretReaders: readers }],
    ['a reader less', { secretReaders: readers }, { secretReaders: readers.slice(0, 1) }],
    ['shorter voicemail, too', { minimumDurationMs: 4_000 }, { minimumDurationMs: 1_000 }],
    ['the events encrypted and kept', {}, { encryptEvents: true, eventArchiveDays: 14 }],
    ['a catalog', {}, { catalog: true }],
    ['fewer alarms', {}, { observability: 'lean' as const }],
    ['a network', {}, { vpcSubnetIds: ['subnet-1234567a'], vpcSecurityGroupIds: ['sg-1234567a'] }],
    ['originals deleted', {}, { deleteAfterStore: true }],
  ])('passes when it gets %s', (_what, before, after) => {
    const [was, is] = [before, after].map(
      (options) => new Map(resourcesOf(options).map((one) => [one.address, one])),
    );
    const changes = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].map((address) => {
      const [old, now] = [was?.get(address), is?.get(address)];
      const action = old === undefined ? 'create' : now === undefined ? 'delete' : 'update';
      const change = { before: old?.values ?? null, after: now?.values ?? null };
      return resource((old ?? now)?.type ?? '', action, change, { address });
    });
    expect(review(changes, OWN_STATE).stops).toEqual([]);
  });
});
