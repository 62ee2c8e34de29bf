import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { Construct } from 'constructs';
import type { Surroundings } from '../module-context';
import { RECONCILE_MESSAGE } from './queue-message-template';
import { deliver, type QueueTarget } from './queue-target';

/** What the schedule is told. */
export interface ReconcileScheduleProps {
  readonly surroundings: Surroundings;
  readonly scheduleExpression: string;
}

/** The schedule on which the queues are compared with the archive. */
export class ReconcileSchedule extends Construct {
  readonly rule: CloudwatchEventRule;

  constructor(scope: Construct, id: string, { surroundings, scheduleExpression }: ReconcileScheduleProps) {
    super(scope, id);
    this.rule = new CloudwatchEventRule(this, 'rule', {
      name: surroundings.named('reconcile'),
      description: 'Compares the Genesys queues with the archive',
      // Schedules exist on the default bus only.
      eventBusName: 'default',
      scheduleExpression,
      ...surroundings.tags,
    });
  }

  /** Sends the message that starts a reconcile to the queue. */
  deliverTo(target: QueueTarget): void {
    deliver(this, 'target', this.rule, target, { input: RECONCILE_MESSAGE });
  }
}
