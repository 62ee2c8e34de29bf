import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import { jsonText } from '../policy';

/**
 * Counts the rotations of the secrets that failed, were abandoned, or failed their test. Secrets Manager reports them by
 * events only. The rule needs no target: EventBridge publishes how often it matched.
 *
 * Sources: "AWS CloudTrail entries for Secrets Manager" in its user guide has an entry for a rotation that failed and one
 * that was abandoned; the name of a failed test and `additionalEventData.SecretId` with the full ARN were seen in other
 * people's code and recorded `RotationFailed` events only. The other two names are unverified, so an alarm stands on the
 * function's own metric too.
 */
export const countFailedRotations = (
  scope: Construct,
  id: string,
  context: ModuleContext,
  secretArns: readonly string[],
): CloudwatchEventRule =>
  new CloudwatchEventRule(scope, id, {
    name: context.named('rotation-failed'),
    description: 'A rotation of the Genesys token, or its test, failed',
    // Events of AWS services arrive on the default bus.
    eventBusName: 'default',
    eventPattern: jsonText('event pattern of failed rotations', {
      source: ['aws.secretsmanager'],
      account: [context.accountId],
      'detail-type': ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'],
        additionalEventData: { SecretId: secretArns },
      },
    }),
    ...context.tags,
  });
