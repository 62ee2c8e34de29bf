import { randomUUID } from 'node:crypto';
import {
  DescribeEventBusCommand,
  DescribeEventSourceCommand,
  DescribeRuleCommand,
  type DescribeRuleCommandOutput,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import * as v from 'valibot';
import { VOICEMAIL_END_DETAIL_TYPE } from '../../../functions/move-voicemail-to-s3/contract/queue-message';
import { regionOf } from '../../deployment';
import { errorCodeOf } from '../../errors';
import { type Check, type Examination, finding, learnedBy, ok } from './check';

const isMissing = (error: unknown): boolean => errorCodeOf(error) === 'ResourceNotFoundException';

const INTEGRATION = 'the Amazon EventBridge integration in Genesys Cloud (Admin > Integrations)';

/** Conditions of a pattern beside the queue. */
const divisionFilter = v.object({
  detail: v.object({ eventBody: v.object({ divisionId: v.array(v.string()) }) }),
});

const divisionOf = (pattern: string): string | undefined => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), divisionFilter), pattern);
  return parsed.success ? parsed.output.detail.eventBody.divisionId[0] : undefined;
};

/** An event as Genesys sends it, with made-up ids and no caller. */
const sampleEvent = (
  { deployment: { outputs }, nowMs }: Examination,
  queueId: string,
  pattern: string,
): string => {
  const divisionId = divisionOf(pattern);
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': VOICEMAIL_END_DETAIL_TYPE,
    source: outputs.event_bus_name,
    account: outputs.secret_arn.split(':')[4],
    time: new Date(nowMs).toISOString(),
    region: regionOf(outputs),
    resources: [],
    detail: {
      version: '2',
      eventBody: {
        eventTime: nowMs,
        conversationId: randomUUID(),
        queueId,
        ...(divisionId === undefined ? {} : { divisionId }),
        voicemailDurationMs: 3_600_000,
      },
    },
  });
};

const rulesOf = async ({
  deployment: { aws, outputs },
  learned,
}: Examination): Promise<readonly DescribeRuleCommandOutput[]> =>
  Promise.all(
    learnedBy(learned.ruleNames, 'rule-target').map((name) =>
      aws.eventBridge.send(new DescribeRuleCommand({ Name: name, EventBusName: outputs.event_bus_name })),
    ),
  );

const matches = async (
  examination: Examination,
  rules: readonly DescribeRuleCommandOutput[],
  queueId: string,
): Promise<boolean> => {
  for (const { EventPattern: pattern } of rules) {
    if (pattern !== undefined) {
      const { Result } = await examination.deployment.aws.eventBridge.send(
        new TestEventPatternCommand({
          EventPattern: pattern,
          Event: sampleEvent(examination, queueId, pattern),
        }),
      );
      if (Result === true) {
        return true;
      }
    }
  }
  return false;
};

/** The way of an event from Genesys Cloud to the events queue. */
export const eventChecks: readonly Check[] = [
  {
    name: 'event-bus',
    needs: [],
    async look({ deployment: { aws, outputs } }) {
      try {
        await aws.eventBridge.send(new DescribeEventBusCommand({ Name: outputs.event_bus_name }));
        return ok(`is there: ${outputs.event_bus_name}`);
      } catch (error) {
        if (isMissing(error)) {
          return finding(
            `there is no event bus ${outputs.event_bus_name}`,
            'deploy again; only then the event source is active',
          );
        }
        throw error;
      }
    },
  },
  {
    name: 'event-source',
    needs: ['event-bus'],
    async look({ deployment: { aws, outputs } }) {
      try {
        const { State } = await aws.eventBridge.send(
          new DescribeEventSourceCommand({ Name: outputs.event_bus_name }),
        );
        return State === 'ACTIVE'
          ? ok('is active')
          : finding(
              `the partner event source is ${State ?? 'in an unknown state'}; no event arrives`,
              `check ${INTEGRATION}; a source that its partner deleted never comes back: save the integration anew, then deploy with the new name`,
            );
      } catch (error) {
        if (isMissing(error)) {
          return finding(
            'there is no partner event source behind the bus',
            `activate ${INTEGRATION}, then deploy`,
          );
        }
        throw error;
      }
    },
  },
  {
    name: 'rule-target',
    needs: ['event-bus'],
    async look({ deployment: { aws, outputs }, learned }) {
      const { RuleNames: names = [] } = await aws.eventBridge.send(
        new ListRuleNamesByTargetCommand({
          TargetArn: outputs.events_queue_arn,
          EventBusName: outputs.event_bus_name,
        }),
      );
      if (names.length === 0) {
        return finding('no rule of the bus sends to the events queue', 'deploy again');
      }
      learned.ruleNames = names;
      for (const name of names) {
        const { Targets: targets = [] } = await aws.eventBridge.send(
          new ListTargetsByRuleCommand({ Rule: name, EventBusName: outputs.event_bus_name }),
        );
        const target = targets.find(({ Arn }) => Arn === outputs.events_queue_arn);
        if (target?.DeadLetterConfig?.Arn !== outputs.undelivered_queue_arn) {
          return finding(
            `the target of the rule ${name} has no dead-letter queue, or another one: what cannot be delivered is lost`,
            'deploy again',
          );
        }
      }
      return ok(`${names.length} ${names.length === 1 ? 'rule sends' : 'rules send'} to the events queue`);
    },
  },
  {
    name: 'rule-enabled',
    needs: ['rule-target'],
    async look(examination) {
      const disabled = (await rulesOf(examination)).filter(({ State }) => State === 'DISABLED');
      return disabled.length === 0
        ? ok('every rule is enabled')
        : finding(
            `disabled: ${disabled.map(({ Name }) => Name).join(', ')}; its voicemail comes with the reconcile only`,
            `aws events enable-rule --name <rule> --event-bus-name ${examination.deployment.outputs.event_bus_name}`,
          );
    },
  },
  {
    name: 'rule-pattern',
    needs: ['rule-target', 'move-function'],
    async look(examination) {
      const rules = await rulesOf(examination);
      const { QUEUE_IDS } = learnedBy(examination.learned.moveSettings, 'move-function');
      const unmatched: string[] = [];
      for (const queueId of QUEUE_IDS.length === 0 ? [randomUUID()] : QUEUE_IDS) {
        if (!(await matches(examination, rules, queueId))) {
          unmatched.push(queueId);
        }
      }
      return unmatched.length === 0
        ? ok('a sample event of each queue matches')
        : finding(`no rule matches a sample event of the queue ${unmatched.join(', ')}`, 'deploy again');
    },
  },
];
