import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IssuedCredentials, type LocalAws, startLocalAws } from '../aws';
import { CloudWatch } from '../aws/cloud-watch';
import { EventBridge, type EventBus } from '../aws/event-bridge';
import type { Authorizer } from '../aws/iam';
import { LambdaApi } from '../aws/lambda';
import { Logs } from '../aws/logs/logs';
import { createS3, type LocalS3 } from '../aws/s3';
import type { RotationBehaviour } from '../aws/secrets-manager';
import { Sts } from '../aws/sts/sts';
import type { MovableClock } from '../clock';
import type { FaultSource } from '../faults';
import { type GenesysCloud, type GenesysCloudOptions, startGenesysCloud } from '../genesys';
import { type EventSourceMapping, type InvocableFunction, type LambdaFunction, LambdaHost } from '../lambda';
import type { Json } from './expressions';
import { StackAuthorization } from './parts/authorization';
import { createBucket } from './parts/bucket';
import { createEvents, type Schedule } from './parts/events';
import {
  createFunctions,
  functionResources,
  genesysRegionOf,
  listedFor,
  logGroupOf,
  showFunctions,
} from './parts/functions';
import { createMapping } from './parts/mapping';
import { createQueues } from './parts/queues';
import { rotateSecrets } from './parts/rotation';
import * as schemas from './schemas';
import { evaluateDeclarations, evaluateOutputs } from './stack-resources';
import type { SynthesizedStack } from './synthesized-stack';

/** How a stack is made real. */
export interface LocalStackOptions {
  readonly stack: SynthesizedStack;
  readonly clock: MovableClock;
  /** Faults of the local AWS. @default - none */
  readonly awsFaults?: FaultSource;
  /** Port of the local AWS. @default - a free one */
  readonly awsPort?: number;
  /** @default - as AWS documents it */
  readonly rotation?: RotationBehaviour;
  /** The Genesys Cloud side, beside what the stack itself decides: region, event source and account. */
  readonly genesys?: Pick<
    GenesysCloudOptions,
    'faults' | 'ports' | 'behaviour' | 'accessTokenLifetimeSeconds'
  >;
  /** A simulator that runs already, of the organization that the stack's event source names. @default - one of its own */
  readonly runningGenesys?: GenesysCloud;
  /**
   * Variables that the functions get beside those that the stack declares: the time limits that a fault run shortens.
   *
   * @default - none
   */
  readonly extraVariables?: Readonly<Record<string, string>>;
  /** Called with every line that a function writes. @default - lines are only in the invocations' results */
  readonly onLog?: (functionName: string, line: string) => void;
  /**
   * Stands between the event source mapping and the function that it feeds: sees every batch, and how it is worked on.
   *
   * @default - the function itself
   */
  readonly aroundMover?: (mover: LambdaFunction) => InvocableFunction;
}

/** The declared stack, running on this machine. */
export interface LocalStack {
  readonly aws: LocalAws;
  readonly s3: LocalS3;
  readonly eventBridge: EventBridge;
  readonly lambdaApi: LambdaApi;
  readonly cloudWatch: CloudWatch;
  /** The stack's outputs, as `terraform output` would show them. */
  readonly outputs: Readonly<Record<string, Json>>;
  readonly genesys: GenesysCloud;
  /** Every decision that the stack's policies led to. */
  readonly authorizer: Authorizer;
  /** Credentials of a person with every right. */
  readonly operatorCredentials: IssuedCredentials;
  readonly bus: EventBus;
  readonly schedules: readonly Schedule[];
  /** The function that rotates the secret. */
  readonly rotationFunction: LambdaFunction;
  /** The function that the events queue feeds. */
  readonly moverFunction: LambdaFunction;
  readonly mapping: EventSourceMapping;
  /** The first token's secret. */
  readonly secretArn: string;
  /** Every token's secret, the first one's included. */
  readonly secretArns: readonly string[];
  /** The Genesys queues whose voicemail the stack moves. */
  readonly queueIds: readonly string[];
  readonly bucketName: string;
  /** The queue that feeds the mapping. */
  readonly eventsQueueArn: string;
  /** Where the events queue sends what it gives up, and the function its permanent failures. */
  readonly failuresQueueArn: string;
  /** Where EventBridge sends what it cannot deliver. */
  readonly undeliveredQueueArn: string;
  /** Stops everything and removes what was unpacked. */
  close(): Promise<void>;
}

/**
 * Makes a synthesized stack real on this machine: a local AWS and a Genesys Cloud simulator with what the stack declares,
 * and the stack's own bundles in a Lambda host.
 *
 * @throws StackError for anything that does not fit together, as an apply or the first event would show on AWS.
 * @throws PortTakenError where a wanted port belongs to another program.
 */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const { stack, clock } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer();
    }
  };
  try {
    const kmsKeyArns = new Set<string>();
    const authorization = new StackAuthorization({ ...stack.environment, clock });
    const { authorizer } = authorization;
    const s3 = createS3({ ...stack.environment, clock, kmsKeyArns: () => kmsKeyArns });
    const eventBridge = new EventBridge({ ...stack.environment, clock });
    const lambdaApi = new LambdaApi(stack.environment);
    const logs = new Logs({ ...stack.environment, clock });
    const cloudWatch: CloudWatch = new CloudWatch({
      ...stack.environment,
      clock,
      oldestSentAtMs: (queueName) => aws.sqs.messages(aws.sqs.queueArn(queueName)).at(0)?.sentAtMs,
    });
    const aws = await startLocalAws({
      ...stack.environment,
      clock,
      services: [s3, eventBridge, lambdaApi, cloudWatch, logs, new Sts()],
      guard: (service) => authorizer.guard(service),
      ...(options.awsPort === undefined ? {} : { port: options.awsPort }),
      ...(options.awsFaults === undefined ? {} : { faults: options.awsFaults }),
      ...(options.rotation === undefined ? {} : { rotation: options.rotation }),
    });
    closers.push(() => aws.close());
    const resources = evaluateDeclarations(stack.declarations, {
      ...stack.environment,
      awsOrigin: aws.origin,
      createSecret: ({ name, kmsKeyId }) =>
        aws.secretsManager.createSecret({ Name: name, KmsKeyId: kmsKeyId }).arn,
    });
    for (const { arn } of resources.all('aws_kms_key', schemas.keySchema)) {
      kmsKeyArns.add(arn);
    }
    authorization.learn(resources);
    createQueues(resources, aws);
    const bucketName = createBucket(resources, s3);
    const { bus, schedules, undeliveredQueueArn } = createEvents(resources, aws, authorizer);
    eventBridge.addPartnerBus(bus);

    const declaredFunctions = functionResources(resources);
    const genesys =
      options.runningGenesys ??
      (await startGenesysCloud({
        ...options.genesys,
        clock,
        region: genesysRegionOf(declaredFunctions),
        integration: {
          eventSourceName: resources.only('aws_cloudwatch_event_bus', schemas.busSchema).name,
          awsAccountId: aws.accountId,
          awsAccountRegion: aws.region,
        },
      }));
    if (options.runningGenesys === undefined) {
      closers.push(() => genesys.close());
    }

    const codeFolder = mkdtempSync(join(tmpdir(), 'genesys-voicemail-'));
    const removeCode = (): void => rmSync(codeFolder, { recursive: true, force: true });
    // Ctrl-C leaves nothing behind either.
    process.once('exit', removeCode);
    closers.push(() => {
      process.off('exit', removeCode);
      removeCode();
    });
    const logGroups = new Map(
      declaredFunctions.map((declared) => [declared.function_name, logGroupOf(declared)] as const),
    );
    for (const group of logGroups.values()) {
      logs.createGroup(group);
    }
    for (const { alarm_name } of resources.all('aws_cloudwatch_metric_alarm', schemas.alarmSchema)) {
      cloudWatch.putAlarm(alarm_name);
    }
    const localVariables = {
      AWS_ENDPOINT_URL: aws.origin,
      GENESYS_API_ORIGIN: genesys.origins.api,
      GENESYS_LOGIN_ORIGIN: genesys.origins.login,
      GENESYS_MEDIA_ORIGINS: genesys.origins.media,
      ...options.extraVariables,
    };
    const host = await LambdaHost.start({
      clock,
      environment: localVariables,
      onLog: (functionName, line) => {
        logs.put(logGroups.get(functionName) ?? '', line);
        options.onLog?.(functionName, line);
      },
    });
    closers.push(() => host.close());
    const functions = createFunctions(declaredFunctions, resources, {
      host,
      aws,
      stackFolder: stack.folder,
      codeFolder,
    });
    showFunctions(resources, declaredFunctions, lambdaApi, localVariables, stack.folder);
    const mapping = createMapping(resources, aws, functions, authorizer, options.aroundMover);
    const rotationFunction = rotateSecrets(resources, aws, functions, authorizer);
    const listed = (variable: string) =>
      listedFor(declaredFunctions, mapping.moverFunction.functionName, variable);
    const secretArns = listed('TOKEN_SECRET_ARNS');
    return {
      aws,
      s3,
      eventBridge,
      lambdaApi,
      cloudWatch,
      outputs: evaluateOutputs(stack.outputs, resources),
      genesys,
      authorizer,
      operatorCredentials: aws.issueCredentials(authorization.operatorArn),
      queueIds: listed('QUEUE_IDS'),
      secretArn: secretArns[0] ?? '',
      secretArns,
      rotationFunction,
      bus,
      schedules,
      bucketName,
      undeliveredQueueArn,
      ...mapping,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
