import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import {
  CloudwatchEventTarget,
  type CloudwatchEventTargetConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';

/** A queue as the target of rules. */
export interface QueueTarget {
  readonly arn: string;
  /** The queue for what EventBridge cannot deliver. */
  readonly deadLetterArn: string;
  /** The queues' policies. A target that existed before them would send its first events to the dead-letter queue. */
  readonly accepts: readonly ITerraformDependable[];
}

/** The text that a rule sends: a fixed one, or one that EventBridge makes from the event. */
type Message = Pick<CloudwatchEventTargetConfig, 'input' | 'inputTransformer'>;

/** Adds the queue as the rule's target, with the most retries that EventBridge offers: 185 within 24 hours. */
export const addQueueTarget = (
  scope: Construct,
  id: string,
  rule: CloudwatchEventRule,
  { arn, deadLetterArn, accepts }: QueueTarget,
  message: Message,
): CloudwatchEventTarget =>
  new CloudwatchEventTarget(scope, id, {
    rule: rule.name,
    eventBusName: rule.eventBusName,
    targetId: 'events-queue',
    arn,
    ...message,
    deadLetterConfig: { arn: deadLetterArn },
    retryPolicy: { maximumEventAgeInSeconds: 24 * 60 * 60, maximumRetryAttempts: 185 },
    dependsOn: [...accepts],
  });
