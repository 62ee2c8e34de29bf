import type { AccessRecord, Caller, Grant } from '../../tools/local-cloud/aws/iam';
import { removeVariants } from './deployment-variant';
import { type Recording, takeEveryPath, VARIANTS } from './every-path';

/**
 * Rights that no call of the local run needs, by role, statement and action, each with the reason why it is there all the
 * same. One that is used, or not granted any more, fails the tests as well.
 */
const IMPLIED_BY_THE_PLATFORM: Readonly<Record<string, string>> = {
  'rotation WriteLogs logs:CreateLogStream':
    'Lambda itself makes the log streams, with the rights of the role',
  'rotation WriteLogs logs:PutLogEvents': 'Lambda itself writes the log lines, with the rights of the role',
  'rotation WriteTraces xray:PutTraceSegments': 'Lambda itself sends the traces, with the rights of the role',
  'rotation WriteTraces xray:PutTelemetryRecords': 'Lambda itself sends the counts of its traces',
  'rotation DecryptEnvironment kms:Decrypt': 'Lambda decrypts the variables with the rights of the role',
  'mover WriteLogs logs:CreateLogStream': 'Lambda itself makes the log streams, with the rights of the role',
  'mover WriteLogs logs:PutLogEvents': 'Lambda itself writes the log lines, with the rights of the role',
  'mover WriteTraces xray:PutTraceSegments': 'Lambda itself sends the traces, with the rights of the role',
  'mover WriteTraces xray:PutTelemetryRecords': 'Lambda itself sends the counts of its traces',
  'mover DecryptEnvironment kms:Decrypt': 'Lambda decrypts the variables with the rights of the role',
};
/** The same, where only a reconcile makes the call. */
const IMPLIED_WITHOUT_RECONCILE: Readonly<Record<string, string>> = {
  'mover WorkEvents sqs:GetQueueAttributes': 'Lambda refuses an event source mapping whose role lacks it',
};

/** Outcomes of the paths, in their order. */
const SINGLE_VOICEMAILS = ['stored', 'already-stored', 'stored', 'stored', 'stored', 'stored'];
const FAILURES_AND_WAIT = ['failed', 'failed', 'stored'];

afterAll(removeVariants);

describe.each(Object.entries(VARIANTS))('a stack %s', (_name, variant) => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await takeEveryPath(variant);
  }, 120_000);
  afterAll(() => recording.run.close());

  const roles = () => ({ [recording.roles.moverRole]: 'mover', [recording.roles.rotationRole]: 'rotation' });
  const needed = () => recording.run.local.authorizer.decisions.filter(({ purpose }) => purpose === 'call');
  const ofFunctions = () => needed().filter(({ principal }) => principal in roles());
  const ofServices = () => needed().filter(({ principal }) => principal.endsWith('.amazonaws.com'));
  /** A record by what a person would want to know of it. */
  const told = ({ principal, operation, action, resource }: AccessRecord) =>
    `${roles()[principal] ?? principal} ${operation} ${action} ${resource}`;
  const isAllowed = ({ principal, action, resource, context }: AccessRecord) => {
    const caller: Caller =
      principal in roles() ? { type: 'role', arn: principal } : { type: 'service', name: principal };
    const { decision } = recording.run.local.authorizer.decide({ caller, action, resource, context });
    return decision === 'allow';
  };
  /** The records that would be allowed if they were changed like this, which makes a near miss of each. */
  const allowedIf = (
    records: readonly AccessRecord[],
    change: (record: AccessRecord) => Partial<AccessRecord>,
  ) => records.filter((record) => isAllowed({ ...record, ...change(record) }));
  const inContext = (changed: AccessRecord['context']) => (record: AccessRecord) => ({
    context: { ...record.context, ...changed },
  });

  test('takes every path', () => {
    const reconciled = [
      ...(variant.reconciles ? ['stored'] : []),
      ...(variant.reconciles && variant.movesGroups ? ['stored'] : []),
    ];
    expect(recording.rotations).toEqual([expect.any(String), 'failed', 'succeeded']);
    expect(recording.outcomes).toEqual([...SINGLE_VOICEMAILS, ...reconciled, ...FAILURES_AND_WAIT]);
  });

  test('may make every call that its functions make', () => {
    expect(ofFunctions().length).toBeGreaterThan(100);
    expect(
      ofFunctions()
        .filter(({ decision }) => decision !== 'allow')
        .map(told),
    ).toEqual([]);
  });

  test('has no right that no call needs, but those that the platform implies', () => {
    const named = ({ principal, statement, action }: Grant) => `${roles()[principal]} ${statement} ${action}`;
    const unused = recording.run.local.authorizer
      .unusedGrants()
      .filter(({ principal }) => principal in roles());
    const implied = { ...IMPLIED_BY_THE_PLATFORM, ...(variant.reconciles ? {} : IMPLIED_WITHOUT_RECONCILE) };
    expect(unused.map(named).sort()).toEqual(Object.keys(implied).sort());
  });

  test('decides the same when a recorded call is asked again', () => {
    const recorded = [...ofFunctions(), ...ofServices()];
    expect(
      recorded.filter((record) => isAllowed(record) !== (record.decision === 'allow')).map(told),
    ).toEqual([]);
  });

  test('lets nobody make those calls over plain HTTP, but those that a service makes at KMS and Lambda', () => {
    const onResources = [...ofFunctions(), ...ofServices()].filter(
      ({ action }) => !/^(kms|lambda):/.test(action),
    );
    expect(onResources).not.toEqual([]);
    expect(allowedIf(onResources, inContext({ 'aws:SecureTransport': 'false' })).map(told)).toEqual([]);
  });

  test('lets its functions make none of those calls on the resource next door', () => {
    const nextDoor = ({ resource }: AccessRecord) => ({
      // The bucket of an object, and the last part of any other name.
      resource: resource.startsWith('arn:aws:s3:::')
        ? resource.replace(/^(arn:aws:s3:::[^/]+)/, '$1-next-door')
        : `${resource}-next-door`,
    });
    expect(allowedIf(ofFunctions(), nextDoor).map(told)).toEqual([]);
  });

  test.each([
    ['without a service that asks in its name', 'kms:ViaService', []],
    ['through another service', 'kms:ViaService', 'ssm.eu-central-1.amazonaws.com'],
    [
      'through the same services of another region',
      'kms:ViaService',
      (via: string) => via.replace('central', 'west'),
    ],
    ['for another secret', 'kms:EncryptionContext:SecretARN', (arn: string) => `${arn}-2`],
    ['for another bucket', 'kms:EncryptionContext:aws:s3:arn', (arn: string) => `${arn}-2`],
    ['for another queue', 'kms:EncryptionContext:aws:sqs:arn', (arn: string) => `${arn}-2`],
  ])('lets its functions not use the key %s', (_what, name, value) => {
    const uses = ofFunctions().filter(({ action, context }) => action.startsWith('kms:') && name in context);
    expect(uses).not.toEqual([]);
    const changed = (record: AccessRecord) =>
      inContext({ [name]: typeof value === 'function' ? value(String(record.context[name])) : value })(
        record,
      );
    expect(allowedIf(uses, changed).map(told)).toEqual([]);
  });

  test('lets each function make the calls of the other only to read the current token', () => {
    const { moverRole, rotationRole } = recording.roles;
    const shared = allowedIf(ofFunctions(), ({ principal }) => ({
      principal: principal === moverRole ? rotationRole : moverRole,
    }));
    const calls = new Set(
      shared.map(({ operation, action, context }) =>
        [operation, action, context['secretsmanager:VersionStage']].join(' ').trim(),
      ),
    );
    expect([...calls].sort()).toEqual([
      'GetSecretValue kms:Decrypt',
      'GetSecretValue secretsmanager:GetSecretValue AWSCURRENT',
      'PutSecretValue kms:Decrypt',
    ]);
  });

  test('takes from services only what they send for this stack', () => {
    expect(new Set(ofServices().map(({ principal }) => principal))).toEqual(
      new Set(['events.amazonaws.com', 'secretsmanager.amazonaws.com']),
    );
    expect(
      ofServices()
        .filter((record) => !isAllowed(record))
        .map(told),
    ).toEqual([]);
    const ofAnotherAccount = inContext({ 'aws:SourceAccount': '111111111111' });
    expect(allowedIf(ofServices(), ofAnotherAccount).map(told)).toEqual([]);
    // The key cannot tell one rule from another: it asks for the account alone.
    const onResources = ofServices().filter(({ action }) => !action.startsWith('kms:'));
    const forAnother = (record: AccessRecord) =>
      inContext({ 'aws:SourceArn': `${String(record.context['aws:SourceArn'])}-2` })(record);
    expect(allowedIf(onResources, forAnother).map(told)).toEqual([]);
  });
});
