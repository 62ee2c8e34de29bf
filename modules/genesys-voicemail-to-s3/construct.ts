import { join } from 'node:path';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping';
import { Construct } from 'constructs';
import { ArchiveBucket } from './archive-bucket';
import { EncryptionKey } from './encryption-key';
import { deliverEvents } from './events/event-delivery';
import { BundledFunction, type BundledFunctionProps, logGroupArn } from './functions/bundled-function';
import { moveEnvironment, refreshEnvironment } from './functions/function-environments';
import { archivedKeys, moveRights, rotationRights } from './functions/permissions';
import { Surroundings } from './module-context';
import { Observability } from './observability/alarms';
import { DEFAULT_MAXIMUM_CONCURRENCY } from './options/defaults';
import type { GenesysVoicemailToS3Props } from './options/props';
import { checkOptions } from './options/validation';
import { TokenSecret } from './token-secret';
import { VoicemailQueues } from './voicemail-queues';

const REFRESH_AUTH_TOKEN = 'refresh-auth-token';
const MOVE_VOICEMAIL_TO_S3 = 'move-voicemail-to-s3';

/** What the two functions share. */
type CommonFunctionProps = Pick<
  BundledFunctionProps,
  | 'surroundings'
  | 'functionsFolder'
  | 'codeSigningConfigArn'
  | 'keyArn'
  | 'logRetentionDays'
  | 'network'
  | 'role'
>;

/** What MoveVoicemailToS3 works with. */
interface MoveSurroundings {
  readonly secret: TokenSecret;
  readonly archive: ArchiveBucket;
  readonly queues: VoicemailQueues;
  readonly reconciles: boolean;
}

const DEFAULT_ROTATION_SCHEDULE = 'rate(6 hours)';

/** Three missed rotations, as far as the schedule tells how far apart they are. */
const tokenAgeAlarmHours = (props: GenesysVoicemailToS3Props): number => {
  if (props.tokenAgeAlarmHours !== undefined) {
    return props.tokenAgeAlarmHours;
  }
  const schedule = props.rotationScheduleExpression ?? DEFAULT_ROTATION_SCHEDULE;
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule) ?? [];
  return count === undefined ? 18 : 3 * Number(count) * (unit === 'day' ? 24 : 1);
};

const moveTimeoutSeconds = ({ moveVoicemailToS3 }: GenesysVoicemailToS3Props): number =>
  moveVoicemailToS3?.timeoutSeconds ?? 300;

/**
 * Moves every voicemail left on Genesys Cloud queues into an S3 bucket.
 *
 * One instance serves one Genesys organisation (one partner event source); several fit in one stack under different
 * names. After the first deployment the secret has no value: authorise once, and the rotation keeps the token alive.
 *
 * @example
 * new GenesysVoicemailToS3(this, 'voicemail', {
 *   genesysRegion: 'mypurecloud.de',
 *   eventSourceName: 'aws.partner/genesys.com/cloud/3fa85f64-5717-4562-b3fc-2c963f66afa6/voicemail',
 *   queueIds: ['0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11'],
 *   retentionDays: 365,
 * });
 *
 * @throws InvalidOptionError for an option that is not allowed.
 * @throws BundleMissingError where the functions have not been built.
 */
export class GenesysVoicemailToS3 extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly secretArn: string;
  readonly eventBusName: string;
  readonly eventsQueueUrl: string;
  readonly eventsQueueArn: string;
  readonly failuresQueueUrl: string;
  readonly failuresQueueArn: string;
  readonly undeliveredQueueUrl: string;
  readonly undeliveredQueueArn: string;
  readonly refreshFunctionName: string;
  readonly refreshFunctionArn: string;
  readonly moveFunctionName: string;
  readonly moveFunctionArn: string;

  constructor(scope: Construct, id: string, props: GenesysVoicemailToS3Props) {
    super(scope, id);
    checkOptions(props);
    const surroundings = new Surroundings(this, 'surroundings', {
      name: props.name ?? 'genesys-voicemail',
      tags: props.tags ?? {},
      preventDestroy: props.preventDestroy ?? true,
    });
    const key = new EncryptionKey(this, 'encryption', {
      surroundings,
      logGroupArns: [REFRESH_AUTH_TOKEN, MOVE_VOICEMAIL_TO_S3].map((functionId) =>
        logGroupArn(surroundings, functionId),
      ),
      existingKeyArn: props.existingKeyArn,
    });
    const secret = new TokenSecret(this, 'token', {
      surroundings,
      keyArn: key.arn,
      existingSecretArn: props.existingSecretArn,
    });
    const common: CommonFunctionProps = {
      surroundings,
      functionsFolder: props.functionsFolder ?? join(__dirname, '../../dist/functions'),
      codeSigningConfigArn: props.codeSigningConfigArn,
      keyArn: key.arn,
      logRetentionDays: props.logRetentionDays ?? 365,
      network:
        props.vpcSubnetIds === undefined
          ? undefined
          : { subnetIds: props.vpcSubnetIds, securityGroupIds: props.vpcSecurityGroupIds ?? [] },
      role: { iamPath: props.iamPath ?? '/', permissionsBoundaryArn: props.permissionsBoundaryArn },
    };
    const refresh = this.#refreshFunction(props, common, secret);
    const archive = new ArchiveBucket(this, 'archive', {
      surroundings,
      keyArn: key.arn,
      retentionDays: props.retentionDays,
      noncurrentRetentionDays: props.noncurrentRetentionDays ?? 30,
      transitions: props.transitions ?? [],
      accessLog:
        props.accessLogBucketName === undefined
          ? undefined
          : { bucketName: props.accessLogBucketName, prefix: props.accessLogPrefix },
      existingBucketName: props.existingBucketName,
    });
    const queues = new VoicemailQueues(this, 'queues', {
      surroundings,
      keyArn: key.arn,
      functionTimeoutSeconds: moveTimeoutSeconds(props),
    });
    const reconciles =
      props.reconcileEnabled ?? [...(props.queueIds ?? []), ...(props.groupIds ?? [])].length > 0;
    const move = this.#moveFunction(props, common, { secret, archive, queues, reconciles });
    const { rules, schedule } = deliverEvents(this, props, surroundings, queues, reconciles);
    new Observability(this, 'observability', {
      surroundings,
      rules,
      queues,
      refresh,
      move,
      secretArn: secret.arn,
      reconcileRule: schedule?.rule,
      alarmActions: props.alarmActions ?? [],
      voicemailWaitMinutes: props.voicemailWaitMinutes ?? 60,
      tokenAgeAlarmHours: tokenAgeAlarmHours(props),
    });

    this.bucketName = archive.bucketName;
    this.bucketArn = archive.arn;
    this.keyArn = key.arn;
    this.secretArn = secret.arn;
    this.eventBusName = rules.busName;
    this.eventsQueueUrl = queues.events.url;
    this.eventsQueueArn = queues.events.arn;
    this.failuresQueueUrl = queues.failures.url;
    this.failuresQueueArn = queues.failures.arn;
    this.undeliveredQueueUrl = queues.undelivered.url;
    this.undeliveredQueueArn = queues.undelivered.arn;
    this.refreshFunctionName = refresh.functionName;
    this.refreshFunctionArn = refresh.arn;
    this.moveFunctionName = move.functionName;
    this.moveFunctionArn = move.arn;
  }

  #refreshFunction(
    props: GenesysVoicemailToS3Props,
    common: CommonFunctionProps,
    secret: TokenSecret,
  ): BundledFunction {
    const refresh = new BundledFunction(this, 'refresh', {
      ...common,
      functionId: REFRESH_AUTH_TOKEN,
      description: 'Keeps the Genesys Cloud token alive by rotating its secret',
      environment: refreshEnvironment(props),
      statements: rotationRights({
        surroundings: common.surroundings,
        functionId: REFRESH_AUTH_TOKEN,
        secretArn: secret.arn,
        keyArn: common.keyArn,
      }),
      options: {
        ...props.refreshAuthToken,
        memoryMb: props.refreshAuthToken?.memoryMb ?? 256,
        timeoutSeconds: props.refreshAuthToken?.timeoutSeconds ?? 120,
      },
    });
    secret.rotateBy(refresh, {
      scheduleExpression: props.rotationScheduleExpression ?? DEFAULT_ROTATION_SCHEDULE,
      windowHours: props.rotationWindowHours ?? 1,
    });
    return refresh;
  }

  #moveFunction(
    props: GenesysVoicemailToS3Props,
    common: CommonFunctionProps,
    { secret, archive, queues, reconciles }: MoveSurroundings,
  ): BundledFunction {
    const { surroundings, keyArn } = common;
    const move = new BundledFunction(this, 'move', {
      ...common,
      functionId: MOVE_VOICEMAIL_TO_S3,
      description: 'Moves voicemail from Genesys Cloud to S3',
      environment: moveEnvironment(props, {
        secretArn: secret.arn,
        bucketName: archive.bucketName,
        keyArn,
        eventsQueueUrl: queues.events.url,
        failuresQueueUrl: queues.failures.url,
      }),
      statements: moveRights({
        surroundings,
        secretArn: secret.arn,
        keyArn,
        bucketArn: archive.arn,
        archivedKeys: archivedKeys(props),
        tagsObjects: Object.keys(props.objectTags ?? {}).length > 0,
        eventsQueueArn: queues.events.arn,
        failuresQueueArn: queues.failures.arn,
        reconciles,
      }),
      options: {
        ...props.moveVoicemailToS3,
        memoryMb: props.moveVoicemailToS3?.memoryMb ?? 512,
        timeoutSeconds: moveTimeoutSeconds(props),
      },
    });
    new LambdaEventSourceMapping(this, 'event_source_mapping', {
      eventSourceArn: queues.events.arn,
      functionName: move.arn,
      batchSize: props.batchSize ?? 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: props.maximumConcurrency ?? DEFAULT_MAXIMUM_CONCURRENCY },
      ...surroundings.tags,
      dependsOn: [move.rights],
    });
    return move;
  }
}
