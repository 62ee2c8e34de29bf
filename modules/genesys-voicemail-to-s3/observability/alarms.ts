import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import type { VoicemailRules } from '../events/voicemail-rules';
import type { BundledFunction } from '../functions/bundled-function';
import type { ModuleContext } from '../module-context';
import type { VoicemailQueues } from '../voicemail-queues';
import { type AlarmCondition, raiseAlarm } from './alarm';
import { createDashboard } from './dashboard';
import {
  everyReconcilePostponed,
  lambdaMetric,
  moveMetric,
  oldestMessageAge,
  refreshMetric,
  rotationFailuresOfKind,
  ruleMetric,
  tokenAge,
  visibleMessages,
} from './metrics';
import { countFailedRotations } from './rotation-events';

/** Properties of `Observability`. */
export interface ObservabilityProps {
  readonly context: ModuleContext;
  readonly rules: VoicemailRules;
  readonly queues: VoicemailQueues;
  readonly refresh: BundledFunction;
  readonly move: BundledFunction;
  readonly secretArn: string;
  /** Undefined where the instance does not reconcile. */
  readonly reconcileRule: CloudwatchEventRule | undefined;
  readonly alarmActions: readonly string[];
  /** Minutes within which Genesys may still publish a voicemail. */
  readonly voicemailWaitMinutes: number;
  /** Hours without a rotation after which the alarm goes off. */
  readonly tokenAgeAlarmHours: number;
}

/** Late tries are an hour apart. Five of them in a row that fail after the wait are no coincidence. */
const STUCK_AFTER_WAIT_SECONDS = 5 * 60 * 60;

const DAY_SECONDS = 24 * 60 * 60;

/** The alarms and the dashboard that shows them. Each alarm stands for a state that a person has to act on. */
export class Observability extends Construct {
  readonly alarms: readonly CloudwatchMetricAlarm[];
  readonly #props: ObservabilityProps;
  readonly #alarms: CloudwatchMetricAlarm[] = [];

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.#props = props;
    this.#watchQueues();
    this.#watchDelivery();
    this.#watchFunctions();
    this.#watchVoicemail();
    this.#watchRotation();
    this.alarms = this.#alarms;
    createDashboard(this, 'dashboard', { ...props, alarmArns: this.alarms.map(({ arn }) => arn) });
  }

  #alarm(id: string, condition: AlarmCondition): void {
    this.#alarms.push(raiseAlarm(this, id, condition, this.#props));
  }

  #watchQueues(): void {
    const { events, failures, undelivered } = this.#props.queues;
    this.#alarm('failed', {
      metric: visibleMessages(failures),
      description:
        'Voicemail failed for good and waits in the failures queue, each message with its class: mend the cause, then redrive',
      threshold: 1,
    });
    this.#alarm('stuck', {
      metric: oldestMessageAge(events),
      description:
        'Voicemail has waited in the events queue for hours: check the token and the event source mapping',
      threshold: this.#props.voicemailWaitMinutes * 60 + STUCK_AFTER_WAIT_SECONDS,
    });
    this.#alarm('undelivered', {
      metric: visibleMessages(undelivered),
      description:
        'EventBridge could not send events to the events queue: check the policies of queue and key, then redrive',
      threshold: 1,
    });
  }

  #watchDelivery(): void {
    const { rules, reconcileRule } = this.#props;
    rules.rules.forEach((rule, index) => {
      const number = index + 1;
      this.#watchRule(rule, `delivery-failed-${number}`, `event-lost-${number}`, 'an event', rules.busName);
    });
    if (reconcileRule !== undefined) {
      const message = 'the message that starts a reconcile';
      this.#watchRule(reconcileRule, 'reconcile-delivery-failed', 'reconcile-lost', message);
    }
  }

  /** Watches the counts of a rule: EventBridge leaves no other trace of an event that it gave up. */
  #watchRule(
    rule: CloudwatchEventRule,
    failedId: string,
    lostId: string,
    sent: string,
    busName?: string,
  ): void {
    this.#alarm(failedId, {
      metric: ruleMetric(rule, 'FailedInvocations', busName),
      description: `EventBridge stopped trying to send ${sent} to the events queue`,
      threshold: 1,
    });
    this.#alarm(lostId, {
      metric: ruleMetric(rule, 'InvocationsFailedToBeSentToDlq', busName),
      description: `EventBridge lost ${sent}: the dead-letter queue of the rules did not take it either`,
      threshold: 1,
    });
  }

  #watchFunctions(): void {
    const { refresh, move } = this.#props;
    for (const [id, lambda] of [
      ['refresh-auth-token', refresh],
      ['move-voicemail-to-s3', move],
    ] as const) {
      this.#alarm(`${id}-errors`, {
        metric: lambdaMetric(lambda, 'Errors'),
        description: `Runs of ${id} ended with an error`,
        threshold: 1,
      });
      this.#alarm(`${id}-throttles`, {
        metric: lambdaMetric(lambda, 'Throttles'),
        description: `Lambda refused runs of ${id}, because the account has no concurrency left`,
        threshold: 1,
      });
    }
  }

  #watchVoicemail(): void {
    const { move, reconcileRule } = this.#props;
    this.#alarm('voicemail-failed', {
      metric: moveMetric(move, 'failed'),
      description: 'Voicemail failed just now: its class is in the log and in the failures queue',
      threshold: 1,
    });
    this.#alarm('token-refused', {
      metric: moveMetric(move, 'tokenRefused'),
      description:
        'Genesys refused the token, and voicemail waits: authorize again unless a rotation mends it',
      threshold: 1,
    });
    if (reconcileRule !== undefined) {
      this.#alarm('reconcile-refused', {
        metric: moveMetric(move, 'reconcileRefused'),
        description:
          'Genesys does not let the service user list a queue or group: the reconcile would not notice a voicemail lost there',
        threshold: 1,
      });
      this.#alarm('reconcile-postponed', {
        metric: everyReconcilePostponed(move),
        description:
          'The events queue was too deep for every reconcile of a day: none would have noticed a lost event',
        threshold: 1,
        periodSeconds: DAY_SECONDS,
      });
    }
  }

  #watchRotation(): void {
    const { context, secretArn, refresh, tokenAgeAlarmHours } = this.#props;
    const rule = countFailedRotations(this, 'rotation_failed_rule', context, secretArn);
    this.#alarm('rotation-failed', {
      metric: ruleMetric(rule, 'TriggeredRules'),
      description:
        'Secrets Manager could not rotate the Genesys token: mend the cause or authorize again before the token expires',
      threshold: 1,
    });
    this.#alarm('rotation-step-failed', {
      metric: refreshMetric(refresh, 'rotationFailed'),
      description: 'A step of the rotation failed: its kind is in the log',
      threshold: 1,
    });
    this.#alarm('reauthorization-required', {
      metric: rotationFailuresOfKind(refresh, 'ReauthorizationRequired'),
      description: 'Genesys rejected the refresh token: authorize again',
      threshold: 1,
    });
    this.#alarm('not-authorized-yet', {
      metric: rotationFailuresOfKind(refresh, 'NotAuthorizedYet'),
      description: 'The secret holds no token yet: authorize for the first time',
      threshold: 1,
    });
    this.#alarm('token-age', {
      metric: tokenAge(refresh),
      description: `The token is older than ${tokenAgeAlarmHours} hours: check the rotation`,
      threshold: tokenAgeAlarmHours * 60 * 60,
    });
  }
}
