import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { AlarmCondition } from './alarm';
import type { Cause } from './causes';
import {
  everyReconcilePostponed,
  lambdaMetric,
  moveMetric,
  oldestGivenBackAge,
  oldestMessageAge,
  refreshMetric,
  rotationFailuresOfKind,
  ruleMetric,
  tokenAge,
  tokenLifeLeft,
  visibleMessages,
} from './metrics';
import type { ObservabilityProps } from './observability-props';

/** An alarm of the table. */
export interface AlarmDefinition extends AlarmCondition {
  readonly id: string;
  readonly cause: Cause;
}

/** Late tries are an hour apart. Five of them in a row that fail after the wait are no coincidence. */
const STUCK_AFTER_WAIT_SECONDS = 5 * 60 * 60;

/** A trouble of this age has outlived every short outage, and a person hears of it within the hour. */
const GIVEN_BACK_SECONDS = 30 * 60;

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** CloudWatch evaluates at most seven days. Source: `EvaluationPeriods` of `PutMetricAlarm` in its API reference. */
const MOST_HOURS_EVALUATED = 7 * 24;

const queueAlarms = ({ queues, move, voicemailWaitMinutes }: ObservabilityProps): AlarmDefinition[] => [
  {
    id: 'failed',
    cause: 'voicemail-failing',
    metric: visibleMessages(queues.failures),
    description:
      'Voicemail failed for good and waits in the failures queue, each message with its class: mend the cause, then redrive',
    threshold: 1,
  },
  {
    id: 'stuck',
    cause: 'mail-waits',
    metric: oldestMessageAge(queues.events),
    description:
      'Voicemail has waited in the events queue for hours: check the token and the event source mapping',
    threshold: voicemailWaitMinutes * 60 + STUCK_AFTER_WAIT_SECONDS,
  },
  {
    id: 'giving-back',
    cause: 'mail-waits',
    metric: oldestGivenBackAge(move),
    description: `Something has refused a voicemail for ${GIVEN_BACK_SECONDS / 60} minutes or longer: the log says what, at "given back"`,
    threshold: GIVEN_BACK_SECONDS,
  },
  {
    id: 'undelivered',
    cause: 'events-undelivered',
    metric: visibleMessages(queues.undelivered),
    description:
      'EventBridge could not send events to the events queue: check the policies of queue and key, then redrive',
    threshold: 1,
  },
];

/** Watches the counts of a rule: EventBridge leaves no other trace of an event that it gave up. */
const ruleAlarms = (
  rule: CloudwatchEventRule,
  { failedId, lostId, sent }: { readonly failedId: string; readonly lostId: string; readonly sent: string },
  busName?: string,
): AlarmDefinition[] => [
  {
    id: failedId,
    cause: 'events-undelivered',
    metric: ruleMetric(rule, 'FailedInvocations', busName),
    description: `EventBridge stopped trying to send ${sent} to the events queue: check the policies of queue and key`,
    threshold: 1,
  },
  {
    id: lostId,
    cause: 'events-undelivered',
    metric: ruleMetric(rule, 'InvocationsFailedToBeSentToDlq', busName),
    description: `EventBridge lost ${sent}, which the dead-letter queue of the rules did not take either: check the policies of both queues and the key`,
    threshold: 1,
  },
];

const deliveryAlarms = ({ rules, reconcileRule }: ObservabilityProps): AlarmDefinition[] => {
  const ofEvents = rules.rules.flatMap((rule, index): AlarmDefinition[] => {
    const number = index + 1;
    const ids = { failedId: `delivery-failed-${number}`, lostId: `event-lost-${number}`, sent: 'an event' };
    return ruleAlarms(rule, ids, rules.busName);
  });
  if (reconcileRule === undefined) {
    return ofEvents;
  }
  const ids = {
    failedId: 'reconcile-delivery-failed',
    lostId: 'reconcile-lost',
    sent: 'the message that starts a reconcile',
  };
  return [...ofEvents, ...ruleAlarms(reconcileRule, ids)];
};

const functionAlarms = ({ refresh, move }: ObservabilityProps): AlarmDefinition[] =>
  (
    [
      ['refresh-auth-token', refresh, 'rotation-trouble'],
      ['move-voicemail-to-s3', move, 'mail-waits'],
    ] as const
  ).flatMap(([id, lambda, cause]): AlarmDefinition[] => [
    {
      id: `${id}-errors`,
      cause,
      metric: lambdaMetric(lambda, 'Errors'),
      description: `Runs of ${id} ended with an error: its log says which`,
      threshold: 1,
    },
    {
      id: `${id}-throttles`,
      cause,
      metric: lambdaMetric(lambda, 'Throttles'),
      description: `Lambda refused runs of ${id}, because no concurrency is left: raise the account's quota, or what is reserved`,
      threshold: 1,
    },
  ]);

const voicemailAlarms = ({ move, reconcileRule }: ObservabilityProps): AlarmDefinition[] => [
  {
    id: 'voicemail-failed',
    cause: 'voicemail-failing',
    metric: moveMetric(move, 'failed'),
    description: 'Voicemail failed just now: its class is in the log and in the failures queue',
    threshold: 1,
  },
  {
    id: 'token-refused',
    cause: 'no-token',
    metric: moveMetric(move, 'tokenRefused'),
    description:
      'No token has worked for longer than a rotation takes, and voicemail waits: run heal, then authorize again where it says so',
    threshold: 1,
  },
  {
    id: 'address-not-allowed',
    cause: 'no-token',
    metric: moveMetric(move, 'addressNotAllowed'),
    description:
      'Genesys does not allow the IP address of the function: add it to the allowed addresses of the organization; no login mends this',
    threshold: 1,
  },
  ...(reconcileRule === undefined
    ? []
    : ([
        {
          id: 'reconcile-refused',
          cause: 'reconcile-blind',
          metric: moveMetric(move, 'reconcileRefused'),
          description:
            'Genesys does not let the service user list a queue or group: the reconcile would not notice a voicemail lost there',
          threshold: 1,
        },
        {
          id: 'reconcile-postponed',
          cause: 'reconcile-blind',
          metric: everyReconcilePostponed(move),
          description:
            'The events queue was too deep for every reconcile of a day: none would have noticed a lost event',
          threshold: 1,
          periodSeconds: DAY_SECONDS,
        },
      ] satisfies AlarmDefinition[])),
];

/** What the loss of one token means: with others beside it, mail still moves. */
const ofOneToken = (secretArns: readonly string[]): Cause =>
  secretArns.length === 1 ? 'no-token' : 'rotation-trouble';

const rotationAlarms = ({
  refresh,
  move,
  rotationFailedRule,
  tokenAgeAlarmHours,
  secretArns,
}: ObservabilityProps & {
  readonly rotationFailedRule: CloudwatchEventRule;
}): AlarmDefinition[] => [
  {
    id: 'rotation-failed',
    cause: 'rotation-trouble',
    metric: ruleMetric(rotationFailedRule, 'TriggeredRules'),
    description:
      'Secrets Manager could not rotate the Genesys token: mend the cause or authorize again before the token expires',
    threshold: 1,
  },
  {
    id: 'rotation-step-failed',
    cause: 'rotation-trouble',
    metric: refreshMetric(refresh, 'rotationFailed'),
    description:
      'A step of the rotation failed, and Secrets Manager repeats it: the kind in the log says whether a person has to act',
    threshold: 1,
  },
  {
    id: 'reauthorization-required',
    cause: ofOneToken(secretArns),
    metric: rotationFailuresOfKind(refresh, 'ReauthorizationRequired'),
    description:
      'No usable refresh token is left, and voicemail moves until the access token ends at most: authorize again',
    threshold: 1,
  },
  {
    id: 'not-authorized-yet',
    cause: ofOneToken(secretArns),
    metric: rotationFailuresOfKind(refresh, 'NotAuthorizedYet'),
    description: 'The secret holds no token yet: authorize for the first time',
    threshold: 1,
  },
  ...(secretArns.length === 1
    ? []
    : ([
        {
          id: 'token-lost',
          cause: 'rotation-trouble',
          metric: moveMetric(move, 'tokenLost'),
          description:
            'One of several tokens is lost, and the others do its work: run doctor, then authorize that one again',
          threshold: 1,
        },
      ] satisfies AlarmDefinition[])),
  {
    id: 'rotation-missing',
    cause: 'no-token',
    metric: refreshMetric(refresh, 'rotationSucceeded'),
    description: `No rotation succeeded for ${tokenAgeAlarmHours} hours, or none ever did: run doctor, then authorize again where it says so`,
    threshold: 1,
    below: true,
    periodSeconds: HOUR_SECONDS,
    periods: Math.min(tokenAgeAlarmHours, MOST_HOURS_EVALUATED),
    silenceBreaches: true,
  },
  {
    id: 'token-age',
    cause: 'rotation-trouble',
    metric: tokenAge(refresh),
    description: `The token is older than ${tokenAgeAlarmHours} hours: check the rotation`,
    threshold: tokenAgeAlarmHours * HOUR_SECONDS,
  },
  {
    id: 'token-life-short',
    cause: 'rotation-trouble',
    metric: tokenLifeLeft(refresh),
    description:
      'Less than half a rotation interval is left of the token: check the rotation, and the token duration of the OAuth client',
    // Three intervals are `tokenAgeAlarmHours`.
    threshold: tokenAgeAlarmHours * (HOUR_SECONDS / 6),
    below: true,
  },
  {
    id: 'refused-pair-replaced',
    cause: 'rotation-trouble',
    metric: refreshMetric(refresh, 'refusedPairReplaced'),
    description:
      'Genesys rejected the token that was current, and voicemail moves with another pair: an old value was put back, or an earlier login goes on. Authorize again only if that login must not stay in use',
    threshold: 1,
  },
  {
    id: 'scopes-missing',
    cause: 'rotation-trouble',
    metric: refreshMetric(refresh, 'scopesMissing'),
    description:
      'The token lacks a scope that an option needs: give it to the OAuth client, then authorize again',
    threshold: 1,
  },
];

/** Lists every alarm of an instance. */
export const alarmTable = (
  props: ObservabilityProps,
  rotationFailedRule: CloudwatchEventRule,
): readonly AlarmDefinition[] => [
  ...queueAlarms(props),
  ...deliveryAlarms(props),
  ...functionAlarms(props),
  ...voicemailAlarms(props),
  ...rotationAlarms({ ...props, rotationFailedRule }),
];
