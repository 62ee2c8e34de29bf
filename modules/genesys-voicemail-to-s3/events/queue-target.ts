import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import {
  CloudwatchEventTarget,
  type CloudwatchEventTargetConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';

/** A queue that rules send to. */
export interface QueueTarget {
  readonly arn: string;
  /** Takes what could not be sent. */
  readonly deadLetterArn: string;
  /** What lets rules send: a target without it would lose its first events to the dead-letter queue. */
  readonly accepts: readonly ITerraformDependable[];
}

/** The message that a rule makes: a fixed one, or one made from the event. */
type Message = Pick<CloudwatchEventTargetConfig, 'input' | 'inputTransformer'>;

/** Gives a rule its target, with the longest and most patient delivery that EventBridge has: 24 hours, 185 retries. */
export const deliver = (
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
