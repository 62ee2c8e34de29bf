import * as v from 'valibot';
import type { LocalAws } from '../../aws';
import type { Authorizer } from '../../aws/iam';
import { EventSourceMapping, type InvocableFunction, type LambdaFunction } from '../../lambda';
import { queuePort } from '../queue-port';
import * as schemas from '../schemas';
import type { StackResources } from '../stack-resources';
import { required } from './required';

const redrivePolicy = v.object({ deadLetterTargetArn: v.string() });

/** Lets the events queue feed its function. */
export const createMapping = (
  resources: StackResources,
  aws: LocalAws,
  functions: ReadonlyMap<string, LambdaFunction>,
  authorizer: Authorizer,
  aroundMover: (mover: LambdaFunction) => InvocableFunction = (mover) => mover,
): {
  mapping: EventSourceMapping;
  moverFunction: LambdaFunction;
  eventsQueueArn: string;
  failuresQueueArn: string;
} => {
  const declared = resources.only('aws_lambda_event_source_mapping', schemas.mappingSchema);
  const queue = required(
    resources.all('aws_sqs_queue', schemas.queueSchema).find(({ arn }) => arn === declared.event_source_arn),
    declared.address,
    `its queue ${declared.event_source_arn} is not declared`,
  );
  const moverFunction = required(
    functions.get(declared.function_name),
    declared.address,
    `its function ${declared.function_name} is not declared`,
  );
  const { role } = required(
    resources
      .all('aws_lambda_function', schemas.functionSchema)
      .find(({ arn }) => arn === declared.function_name),
    declared.address,
    `its function ${declared.function_name} is not declared`,
  );
  const { deadLetterTargetArn } = v.parse(
    redrivePolicy,
    JSON.parse(
      required(
        queue.redrive_policy,
        queue.address,
        'the queue that feeds the function has no redrive policy',
      ),
    ),
  );
  return {
    moverFunction,
    eventsQueueArn: queue.arn,
    failuresQueueArn: deadLetterTargetArn,
    mapping: new EventSourceMapping({
      queue: queuePort(aws.sqs, queue.arn, (operation) =>
        authorizer.authorize({ principal: role, service: 'sqs', operation, resource: queue.arn }),
      ),
      queueArn: queue.arn,
      function: aroundMover(moverFunction),
      clock: aws.clock,
      batchSize: declared.batch_size,
      maximumBatchingWindowSeconds: declared.maximum_batching_window_in_seconds ?? 0,
      maximumConcurrency: declared.scaling_config.maximum_concurrency,
      functionResponseTypes: declared.function_response_types,
    }),
  };
};
