import { join } from 'node:path';
import type { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import type { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus';
import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import type { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import type { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { Annotations, TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { ArchiveBucket } from './archive-bucket';
import { Catalog, resultsOfTheCatalog } from './catalog';
import { EncryptionKey, eventsOnTheBus } from './encryption-key';
import { deliverEvents, partnerNameOf } from './events/event-delivery';
import { type CommonFunctionProps, logGroupArn } from './functions/bundled-function';
import { createMoveFunction, MOVE_VOICEMAIL_TO_S3 } from './functions/move-function';
import { createRefreshFunction, REFRESH_AUTH_TOKEN } from './functions/refresh-function';
import { ModuleContext } from './module-context';
import { Observability } from './observability/observability';
import { rotationTimes } from './options/cron';
import { InvalidOptionError, type OptionProblem } from './options/invalid-option';
import type { GenesysVoicemailToS3Props } from './options/props';
import { resolveOptions, warningsOf } from './options/validation';
import type { ResolvedOptions } from './options/with-defaults';
import { MODULE_OUTPUTS, type ModuleOutputs } from './outputs';
import { rotationScheduleOf } from './rotation-interval';
import { TokenSecret } from './token-secret';
import { VoicemailQueues } from './voicemail-queues';

/**
 * Moves every voicemail left on Genesys Cloud queues into an S3 bucket.
 *
 * One instance serves one Genesys organization (one partner event source); several fit in one stack under different
 * names. After the first deployment the secret has no value: authorize once, and the rotation keeps the token alive.
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
export class GenesysVoicemailToS3 extends Construct implements ModuleOutputs {
  /** The archive; undefined with `existingBucketName`. */
  readonly bucket: S3Bucket | undefined;
  /** The key of everything; undefined with `existingKeyArn`. */
  readonly key: KmsKey | undefined;
  /** The secret of the first token pair; undefined with `existingSecretArn`. */
  readonly secret: SecretsmanagerSecret | undefined;
  /** The secrets of all token pairs that the instance made. */
  readonly secrets: readonly SecretsmanagerSecret[];
  /** The partner event bus; undefined with `existingEventBusName`. */
  readonly eventBus: CloudwatchEventBus | undefined;
  /** The rules on the bus that select voicemail events. */
  readonly eventRules: readonly CloudwatchEventRule[];
  /** The schedule of the reconcile; undefined where the instance does not reconcile. */
  readonly reconcileRule: CloudwatchEventRule | undefined;
  /** The queue that feeds MoveVoicemailToS3. */
  readonly eventsQueue: SqsQueue;
  /** The queue of what failed for good. */
  readonly failuresQueue: SqsQueue;
  /** The dead-letter queue of the rules: the raw events that EventBridge could not deliver. */
  readonly undeliveredQueue: SqsQueue;
  /** RefreshAuthToken. */
  readonly refreshFunction: LambdaFunction;
  /** The role of RefreshAuthToken. */
  readonly refreshRole: IamRole;
  /** MoveVoicemailToS3. */
  readonly moveFunction: LambdaFunction;
  /** The role of MoveVoicemailToS3. */
  readonly moveRole: IamRole;
  /** Every alarm on a metric, for example to put it into a composite alarm of one's own. */
  readonly alarms: readonly CloudwatchMetricAlarm[];
  /** The composite alarms that notify, one per cause; none with `observability: 'lean'`. */
  readonly causes: readonly CloudwatchCompositeAlarm[];

  readonly bucketName: string;
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly secretArn: string;
  readonly secretArns: string;
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

  readonly #options: ResolvedOptions;

  constructor(scope: Construct, id: string, props: GenesysVoicemailToS3Props) {
    super(scope, id);
    const options = resolveOptions(props);
    this.#options = options;
    this.#refuseTwins(options);
    for (const warning of warningsOf(options)) {
      Annotations.of(this).addWarning(warning);
    }
    const context = new ModuleContext(this, 'surroundings', {
      name: options.name,
      tags: options.tags,
      preventDestroy: options.preventDestroy,
    });
    const key = new EncryptionKey(this, 'encryption', {
      context,
      logGroupArns: [REFRESH_AUTH_TOKEN, MOVE_VOICEMAIL_TO_S3].map((functionId) =>
        logGroupArn(context, functionId),
      ),
      existingKeyArn: options.existingKeyArn,
      more: [
        // Written out: the bus names the key, so that a reference would be a circle.
        ...(options.encryptEvents
          ? eventsOnTheBus(context.arnOf('events', `event-bus/${partnerNameOf(options)}`))
          : []),
        ...(options.catalog ? resultsOfTheCatalog(context) : []),
      ],
    });
    const readers = options.secretReaders && [
      // Written out: the roles' policies name the secrets, so that references would be a circle.
      ...[REFRESH_AUTH_TOKEN, MOVE_VOICEMAIL_TO_S3].map(
        (functionId) =>
          `arn:${context.partition}:iam::${context.accountId}:role${options.iamPath}${context.named(functionId)}`,
      ),
      ...options.secretReaders,
    ];
    const secrets = Array.from({ length: options.tokens }, (_, index) => {
      const number = index + 1;
      return new TokenSecret(this, number === 1 ? 'token' : `token_${number}`, {
        context,
        keyArn: key.arn,
        number,
        readers,
        existingSecretArn: number === 1 ? options.existingSecretArn : undefined,
      });
    });
    const secretArns = secrets.map(({ arn }) => arn);
    const common: CommonFunctionProps = {
      context,
      functionsFolder: options.functionsFolder ?? join(__dirname, '../../dist/functions'),
      codeSigningConfigArn: options.codeSigningConfigArn,
      keyArn: key.arn,
      logRetentionDays: options.logRetentionDays,
      network:
        options.vpcSubnetIds.length === 0
          ? undefined
          : { subnetIds: options.vpcSubnetIds, securityGroupIds: options.vpcSecurityGroupIds },
      role: { iamPath: options.iamPath, permissionsBoundaryArn: options.permissionsBoundaryArn },
    };
    const refresh = createRefreshFunction(this, options, common, secretArns);
    secrets.forEach((secret, index) => {
      const schedule = {
        scheduleExpression: options.rotationScheduleExpression,
        windowHours: options.rotationWindowHours,
      };
      secret.rotateBy(refresh, {
        ...schedule,
        scheduleExpression: rotationScheduleOf({ ...schedule, index, count: secrets.length }),
      });
    });
    const archive = new ArchiveBucket(this, 'archive', {
      context,
      keyArn: key.arn,
      retentionDays: options.retentionDays,
      noncurrentRetentionDays: options.noncurrentRetentionDays,
      objectLockDays: options.objectLockDays,
      transitions: options.transitions,
      accessLog:
        options.accessLogBucketName === undefined
          ? undefined
          : { bucketName: options.accessLogBucketName, prefix: options.accessLogPrefix },
      existingBucketName: options.existingBucketName,
    });
    if (options.catalog) {
      new Catalog(this, 'catalog', {
        context,
        keyArn: key.arn,
        bucketName: archive.bucketName,
        keyPrefix: options.keyPrefix,
        queueIds: options.queueIds,
        groupIds: options.groupIds,
      });
    }
    const queues = new VoicemailQueues(this, 'queues', {
      context,
      keyArn: key.arn,
      functionTimeoutSeconds: options.moveVoicemailToS3.timeoutSeconds,
    });
    const reconciles = options.reconcileEnabled ?? options.queueIds.length + options.groupIds.length > 0;
    const move = createMoveFunction(this, options, common, {
      secretArns,
      archive,
      queues,
      reconciles,
    });
    const { rules, schedule } = deliverEvents(this, options, context, queues, reconciles, key.arn);
    const { alarms, causes } = new Observability(this, 'observability', {
      context,
      rules,
      queues,
      refresh,
      move,
      secretArns,
      reconcileRule: schedule?.rule,
      actions: {
        page: options.pageActions ?? options.alarmActions,
        notify: options.notifyActions ?? options.alarmActions,
      },
      lean: options.observability === 'lean',
      voicemailWaitMinutes: options.voicemailWaitMinutes,
      tokenAgeAlarmHours:
        options.tokenAgeAlarmHours ??
        3 * (rotationTimes(options.rotationScheduleExpression)?.longestHours ?? 24),
    });

    this.bucket = archive.bucket;
    this.key = key.key;
    this.secrets = secrets.flatMap(({ secret }) => secret ?? []);
    this.secret = secrets[0]?.secret;
    this.eventBus = rules.bus;
    this.eventRules = rules.rules;
    this.reconcileRule = schedule?.rule;
    this.eventsQueue = queues.events;
    this.failuresQueue = queues.failures;
    this.undeliveredQueue = queues.undelivered;
    this.refreshFunction = refresh.lambda;
    this.refreshRole = refresh.role;
    this.moveFunction = move.lambda;
    this.moveRole = move.role;
    this.alarms = alarms;
    this.causes = causes;

    this.bucketName = archive.bucketName;
    this.bucketArn = archive.arn;
    this.keyArn = key.arn;
    this.secretArn = secretArns[0] ?? '';
    this.secretArns = secretArns.join(',');
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

  /** Every name and ARN that the operator commands read, under the names that Terraform and the HCL module give them. */
  get outputs(): Readonly<Record<string, string>> {
    return Object.fromEntries(MODULE_OUTPUTS.map(({ name, readFrom }) => [name, readFrom(this)]));
  }

  /**
   * Adds one Terraform output with all that the operator commands read. Terraform names it by the instance's id, and the
   * commands find the instance by `--deployment <stack>/<id>`.
   */
  addOutput(): TerraformOutput {
    const output = new TerraformOutput(this, 'outputs', {
      description: 'Names and ARNs of what the module made.',
      value: this.outputs,
    });
    output.overrideLogicalId(this.node.id);
    return output;
  }

  /** Two instances of one stack are in one account, where they cannot make the same things. */
  #refuseTwins({ name, eventSourceName, existingSecretArn }: ResolvedOptions): void {
    const others = TerraformStack.of(this)
      .node.findAll()
      .filter((node) => node instanceof GenesysVoicemailToS3)
      .filter((instance) => instance !== this)
      .map((instance) => instance.#options);
    const shared: readonly OptionProblem[] = [
      {
        option: 'name',
        received: name,
        allowed:
          'another name than the other instance of this stack has, because every resource is named by it',
      },
      {
        option: 'eventSourceName',
        received: eventSourceName,
        allowed:
          'the source of one instance of a stack; the others give it as existingEventBusName, because a source feeds one bus',
      },
      {
        option: 'existingSecretArn',
        received: existingSecretArn,
        allowed:
          'another secret than the other instance of this stack has, because one that two functions rotate loses its refresh token to one of them',
      },
    ];
    const [first, ...more] = shared.filter(
      ({ option, received }) =>
        received !== undefined && others.some((other) => Reflect.get(other, option) === received),
    );
    if (first !== undefined) {
      throw new InvalidOptionError(first, ...more);
    }
  }
}
