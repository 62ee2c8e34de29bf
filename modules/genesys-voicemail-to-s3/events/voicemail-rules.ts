import { CloudwatchEventArchive } from '@cdktf/provider-aws/lib/cloudwatch-event-archive';
import { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import { eventPatterns, type VoicemailFilter } from './event-pattern';
import { MESSAGE_PATHS, MESSAGE_TEMPLATE } from './queue-message-template';
import { addQueueTarget, type QueueTarget } from './queue-target';

/** Properties of `VoicemailRules`. */
export interface VoicemailRulesProps {
  readonly context: ModuleContext;
  readonly filter: VoicemailFilter;
  /** False where the bus exists already. */
  readonly createBus: boolean;
  readonly eventArchiveDays: number | undefined;
  /** The key of bus and archives, and the queue for what it cannot encrypt; undefined leaves them to AWS's own key. */
  readonly encryption: { readonly keyArn: string; readonly deadLetterArn: string } | undefined;
}

/** The partner bus, and the rules that select voicemail events from it. */
export class VoicemailRules extends Construct {
  /** Undefined where the bus exists already. */
  readonly bus: CloudwatchEventBus | undefined;
  readonly busName: string;
  readonly rules: readonly CloudwatchEventRule[];

  constructor(scope: Construct, id: string, props: VoicemailRulesProps) {
    super(scope, id);
    const { context, filter, createBus, encryption } = props;
    const { eventSourceName } = filter;
    const bus = createBus
      ? new CloudwatchEventBus(this, 'bus', {
          // EventBridge requires that a partner bus has the name of its source.
          name: eventSourceName,
          eventSourceName,
          ...(encryption === undefined
            ? {}
            : { kmsKeyIdentifier: encryption.keyArn, deadLetterConfig: { arn: encryption.deadLetterArn } }),
          ...context.tags,
          ...context.destroyGuard,
        })
      : undefined;
    this.bus = bus;
    this.busName = bus?.name ?? eventSourceName;
    const patterns = eventPatterns(filter);
    this.rules = patterns.map((eventPattern, index) => {
      const number = index + 1;
      return new CloudwatchEventRule(this, `rule_${number}`, {
        name: context.named(`end-${number}`),
        description: 'Voicemail left on the wanted Genesys queues',
        eventBusName: this.busName,
        eventPattern,
        ...context.tags,
      });
    });
    const { eventArchiveDays } = props;
    if (eventArchiveDays !== undefined) {
      const busArn = bus?.arn ?? context.arnOf('events', `event-bus/${eventSourceName}`);
      patterns.forEach((eventPattern, index) => {
        const number = index + 1;
        new CloudwatchEventArchive(this, `archive_${number}`, {
          name: context.named(`end-${number}`),
          eventSourceArn: busArn,
          eventPattern,
          retentionDays: eventArchiveDays,
          ...(encryption === undefined ? {} : { kmsKeyIdentifier: encryption.keyArn }),
        });
      });
    }
  }

  /** Makes each rule send the ids and times of its events to the queue. */
  deliverTo(target: QueueTarget): void {
    this.rules.forEach((rule, index) => {
      addQueueTarget(this, `target_${index + 1}`, rule, target, {
        inputTransformer: { inputPaths: { ...MESSAGE_PATHS }, inputTemplate: MESSAGE_TEMPLATE },
      });
    });
  }
}
