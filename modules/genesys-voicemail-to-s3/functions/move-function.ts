import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping';
import { LambdaFunctionRecursionConfig } from '@cdktf/provider-aws/lib/lambda-function-recursion-config';
import type { Construct } from 'constructs';
import type { ArchiveBucket } from '../archive-bucket';
import type { ResolvedOptions } from '../options/with-defaults';
import { eventsQueueTimes, type VoicemailQueues } from '../voicemail-queues';
import { BundledFunction, type CommonFunctionProps } from './bundled-function';
import { moveEnvironment } from './function-environments';
import { archivedKeys, moveRights } from './permissions';

/** The folder of MoveVoicemailToS3, and the end of its name. */
export const MOVE_VOICEMAIL_TO_S3 = 'move-voicemail-to-s3';

/** The parts of the module that MoveVoicemailToS3 uses. */
export interface MoveParts {
  readonly secretArns: readonly string[];
  readonly archive: ArchiveBucket;
  readonly queues: VoicemailQueues;
  readonly reconciles: boolean;
}

/** Creates MoveVoicemailToS3 and connects it to the events queue. */
export const createMoveFunction = (
  scope: Construct,
  options: ResolvedOptions,
  common: CommonFunctionProps,
  { secretArns, archive, queues, reconciles }: MoveParts,
): BundledFunction => {
  const { context, keyArn } = common;
  const move = new BundledFunction(scope, 'move', {
    ...common,
    functionId: MOVE_VOICEMAIL_TO_S3,
    description: 'Moves voicemail from Genesys Cloud to S3',
    environment: moveEnvironment(options, {
      secretArns,
      bucketName: archive.bucketName,
      keyArn,
      eventsQueueUrl: queues.events.url,
      failuresQueueUrl: queues.failures.url,
      longestPauseSeconds: eventsQueueTimes(options.moveVoicemailToS3.timeoutSeconds).longestPauseSeconds,
    }),
    statements: moveRights({
      context,
      secretArns,
      keyArn,
      bucketArn: archive.arn,
      archivedKeys: archivedKeys(options),
      tagsObjects: Object.keys(options.objectTags).length > 0,
      eventsQueueArn: queues.events.arn,
      failuresQueueArn: queues.failures.arn,
      reconciles,
    }),
    options: options.moveVoicemailToS3,
  });
  if (reconciles) {
    // A long reconcile continues by messages to its own queue. Lambda takes such a chain for a loop and stops it after about
    // 16 runs. Source: "Use Lambda recursive loop detection" in its developer guide.
    new LambdaFunctionRecursionConfig(scope, 'move_recursion', {
      functionName: move.functionName,
      recursiveLoop: 'Allow',
    });
  }
  new LambdaEventSourceMapping(scope, 'event_source_mapping', {
    eventSourceArn: queues.events.arn,
    functionName: move.arn,
    enabled: !options.paused,
    batchSize: options.batchSize,
    functionResponseTypes: ['ReportBatchItemFailures'],
    scalingConfig: { maximumConcurrency: options.maximumConcurrency },
    ...context.tags,
    dependsOn: [move.rights],
  });
  return move;
};
