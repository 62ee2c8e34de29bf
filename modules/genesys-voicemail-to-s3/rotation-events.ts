import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { Construct } from 'constructs';
import { jsonText } from './policy';
import type { Surroundings } from './surroundings';

/**
 * Counts the rotations of a secret that failed, were abandoned, or failed their test. Secrets Manager tells of them by an
 * event only. The rule needs no target: that it matched is a metric.
 *
 * Sources: the names are those of "Log entries for rotation" in the Secrets Manager user guide ("AWS CloudTrail entries
 * for Secrets Manager"), which says no more of their content. That `additionalEventData.SecretId` holds the full ARN was
 * seen in recorded `RotationFailed` events of others; for the other two it is taken to be the same.
 */
export const countFailedRotations = (
  scope: Construct,
  id: string,
  surroundings: Surroundings,
  secretArn: string,
): CloudwatchEventRule =>
  new CloudwatchEventRule(scope, id, {
    name: surroundings.named('rotation-failed'),
    description: 'A rotation of the Genesys token, or its test, failed',
    // Events of AWS services arrive on the default bus.
    eventBusName: 'default',
    eventPattern: jsonText('event pattern of failed rotations', {
      source: ['aws.secretsmanager'],
      account: [surroundings.accountId],
      'detail-type': ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'],
        additionalEventData: { SecretId: [secretArn] },
      },
    }),
    ...surroundings.tags,
  });
