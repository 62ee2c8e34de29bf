import { synthesizeModule } from '../../helpers/synth';
import { resource, review } from './plans';

const ACCOUNT = '111122223333';

/** A value as a plan holds it: what cdktf writes as an expression is known. */
const resolved = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/\$\{data\.aws_caller_identity[^}]*\}/g, ACCOUNT)
      .replaceAll(/\$\{data\.aws_partition[^}]*\}/g, 'aws')
      .replaceAll(/\$\{data\.aws_region[^}]*\}/g, 'eu-central-1')
      .replaceAll(/\$\{aws_s3_bucket\.[^}]*\.bucket\}/g, `genesys-voicemail-${ACCOUNT}-eu-central-1`)
      .replaceAll(/\$\{aws_(\w+)\.(\w+)\.arn\}/g, `arn:aws:$1:eu-central-1:${ACCOUNT}:$2`),
  );

const resources = Object.entries(
  JSON.parse(synthesizeModule({ eventArchiveDays: 14, accessLogBucketName: 'central-logs' }).text).resource,
).flatMap(([type, named]) =>
  Object.entries(named ?? {}).map(([name, values]) => ({
    type,
    address: `${type}.${name}`,
    values: resolved(values),
  })),
);

/** What may go without a word: what comes back with the next apply and loses nothing meanwhile. */
const HARMLESS = [
  'aws_cloudwatch_dashboard',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_logging',
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
});
