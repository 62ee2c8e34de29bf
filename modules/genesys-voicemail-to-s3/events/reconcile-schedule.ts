import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import { RECONCILE_MESSAGE } from './queue-message-template';
import { addQueueTarget, type QueueTarget } from './queue-target';

/** Properties of `ReconcileSchedule`. */
export interface ReconcileScheduleProps {
  readonly context: ModuleContext;
  readonly scheduleExpression: string;
}

/** The schedule of the reconcile, which compares the queues with the archive. */
export class ReconcileSchedule extends Construct {
  readonly rule: CloudwatchEventRule;

  constructor(scope: Construct, id: string, { context, scheduleExpression }: ReconcileScheduleProps) {
    super(scope, id);
    this.rule = new CloudwatchEventRule(this, 'rule', {
      name: context.named('reconcile'),
      description: 'Compares the Genesys queues with the archive',
      // EventBridge runs schedules on the default bus only.
      eventBusName: 'default',
      scheduleExpression,
      ...context.tags,
    });
  }

  /** Makes the schedule send the message that starts a reconcile. */
  deliverTo(target: QueueTarget): void {
    addQueueTarget(this, 'target', this.rule, target, { input: RECONCILE_MESSAGE });
  }
}
