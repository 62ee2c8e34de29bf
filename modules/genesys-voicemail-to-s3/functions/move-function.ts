import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping';
import type { Construct } from 'constructs';
import type { ArchiveBucket } from '../archive-bucket';
import { DEFAULT_MAXIMUM_CONCURRENCY } from '../options/defaults';
import type { GenesysVoicemailToS3Props } from '../options/props';
import type { VoicemailQueues } from '../voicemail-queues';
import { BundledFunction, type CommonFunctionProps } from './bundled-function';
import { moveEnvironment } from './function-environments';
import { archivedKeys, moveRights } from './permissions';

/** The folder of MoveVoicemailToS3, and the end of its name. */
export const MOVE_VOICEMAIL_TO_S3 = 'move-voicemail-to-s3';

/** The parts of the module that MoveVoicemailToS3 uses. */
export interface MoveParts {
  readonly secretArn: string;
  readonly archive: ArchiveBucket;
  readonly queues: VoicemailQueues;
  readonly reconciles: boolean;
}

/** Seconds after which Lambda ends a run of MoveVoicemailToS3. */
export const moveTimeoutSeconds = ({ moveVoicemailToS3 }: GenesysVoicemailToS3Props): number =>
  moveVoicemailToS3?.timeoutSeconds ?? 300;

/** Creates MoveVoicemailToS3 and connects it to the events queue. */
export const createMoveFunction = (
  scope: Construct,
  props: GenesysVoicemailToS3Props,
  common: CommonFunctionProps,
  { secretArn, archive, queues, reconciles }: MoveParts,
): BundledFunction => {
  const { context, keyArn } = common;
  const move = new BundledFunction(scope, 'move', {
    ...common,
    functionId: MOVE_VOICEMAIL_TO_S3,
    description: 'Moves voicemail from Genesys Cloud to S3',
    environment: moveEnvironment(props, {
      secretArn,
      bucketName: archive.bucketName,
      keyArn,
      eventsQueueUrl: queues.events.url,
      failuresQueueUrl: queues.failures.url,
    }),
    statements: moveRights({
      context,
      secretArn,
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
  new LambdaEventSourceMapping(scope, 'event_source_mapping', {
    eventSourceArn: queues.events.arn,
    functionName: move.arn,
    batchSize: props.batchSize ?? 10,
    functionResponseTypes: ['ReportBatchItemFailures'],
    scalingConfig: { maximumConcurrency: props.maximumConcurrency ?? DEFAULT_MAXIMUM_CONCURRENCY },
    ...context.tags,
    dependsOn: [move.rights],
  });
  return move;
};
