import { CloudwatchEventArchive } from '@cdktf/provider-aws/lib/cloudwatch-event-archive';
import { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { Construct } from 'constructs';
import type { Surroundings } from '../module-context';
import { eventPatterns, type VoicemailFilter } from './event-pattern';
import { MESSAGE_PATHS, MESSAGE_TEMPLATE } from './queue-message-template';
import { deliver, type QueueTarget } from './queue-target';

/** What the rules are told. */
export interface VoicemailRulesProps {
  readonly surroundings: Surroundings;
  readonly filter: VoicemailFilter;
  /** False where the bus was made for another subscriber. */
  readonly createBus: boolean;
  readonly eventArchiveDays: number | undefined;
}

/** The partner bus and the rules that pick the wanted voicemail from it. */
export class VoicemailRules extends Construct {
  readonly busName: string;
  readonly rules: readonly CloudwatchEventRule[];

  constructor(scope: Construct, id: string, props: VoicemailRulesProps) {
    super(scope, id);
    const { surroundings, filter, createBus } = props;
    const { eventSourceName } = filter;
    const bus = createBus
      ? new CloudwatchEventBus(this, 'bus', {
          // A partner bus has to bear the name of its source.
          name: eventSourceName,
          eventSourceName,
          ...surroundings.tags,
          ...surroundings.destroyGuard,
        })
      : undefined;
    this.busName = bus?.name ?? eventSourceName;
    const patterns = eventPatterns(filter);
    this.rules = patterns.map((eventPattern, index) => {
      const number = index + 1;
      return new CloudwatchEventRule(this, `rule_${number}`, {
        name: surroundings.named(`end-${number}`),
        description: 'Voicemail left on the wanted Genesys queues',
        eventBusName: this.busName,
        eventPattern,
        ...surroundings.tags,
      });
    });
    const { eventArchiveDays } = props;
    if (eventArchiveDays !== undefined) {
      const busArn = bus?.arn ?? surroundings.arnOf('events', `event-bus/${eventSourceName}`);
      patterns.forEach((eventPattern, index) => {
        const number = index + 1;
        new CloudwatchEventArchive(this, `archive_${number}`, {
          name: surroundings.named(`end-${number}`),
          eventSourceArn: busArn,
          eventPattern,
          retentionDays: eventArchiveDays,
        });
      });
    }
  }

  /** Sends each wanted event's ids and times to the queue. */
  deliverTo(target: QueueTarget): void {
    this.rules.forEach((rule, index) => {
      deliver(this, `target_${index + 1}`, rule, target, {
        inputTransformer: { inputPaths: { ...MESSAGE_PATHS }, inputTemplate: MESSAGE_TEMPLATE },
      });
    });
  }
}
