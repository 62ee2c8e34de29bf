import type * as v from 'valibot';
import type { LocalAws } from '../../aws';
import { EventBus, type TargetDefinition } from '../../aws/event-bridge';
import type { Authorizer } from '../../aws/iam';
import { StackError } from '../errors';
import * as schemas from '../schemas';
import type { StackResources } from '../stack-resources';
import { required } from './required';

/** A schedule of the default bus. */
export interface Schedule {
  readonly name: string;
  readonly scheduleExpression: string;
  /** Sends what the schedule sends, now. */
  fire(): void;
}

const DEFAULT_BUS = 'default';

/** The partner bus with its rules, and the schedules of the default bus. */
export const createEvents = (
  resources: StackResources,
  aws: LocalAws,
  authorizer: Authorizer,
): { bus: EventBus; schedules: readonly Schedule[]; undeliveredQueueArn: string } => {
  const maySend = (queueArn: string, ruleArn: string) =>
    authorizer.authorizeService({
      principal: 'events.amazonaws.com',
      service: 'sqs',
      operation: 'SendMessage',
      resource: queueArn,
      sourceArn: ruleArn,
      sourceAccount: aws.accountId,
    });
  const { name: partnerSource } = resources.only('aws_cloudwatch_event_bus', schemas.busSchema);
  const bus = new EventBus({
    partnerSource,
    accountId: aws.accountId,
    region: aws.region,
    deliver: async (targetArn, body, ruleArn) => {
      maySend(targetArn, ruleArn);
      aws.sqs.send(targetArn, body);
    },
    sendDeadLetter: async (queueArn, body, attributes) => {
      maySend(queueArn, attributes['RULE_ARN'] ?? '');
      aws.sqs.send(queueArn, body, {
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            { DataType: 'String', StringValue: value },
          ]),
        ),
      });
    },
  });
  const rules = resources.all('aws_cloudwatch_event_rule', schemas.ruleSchema);
  const targets = resources.all('aws_cloudwatch_event_target', schemas.targetSchema);
  for (const target of targets) {
    required(
      rules.find((rule) => rule.name === target.rule && rule.event_bus_name === target.event_bus_name),
      target.address,
      `its rule ${target.rule} is not on the bus ${target.event_bus_name}`,
    );
  }
  const targetsOf = (rule: (typeof rules)[number]) =>
    targets.filter((target) => target.rule === rule.name && target.event_bus_name === rule.event_bus_name);
  const schedules: Schedule[] = [];
  for (const rule of rules) {
    if (rule.event_bus_name === DEFAULT_BUS && rule.schedule_expression !== undefined) {
      schedules.push({
        name: rule.name,
        scheduleExpression: rule.schedule_expression,
        fire: () => {
          for (const { arn, input, address } of targetsOf(rule)) {
            maySend(arn, rule.arn);
            aws.sqs.send(arn, required(input, address, 'a schedule has to say what it sends'));
          }
        },
      });
    } else if (rule.event_bus_name === partnerSource) {
      bus.putRule({
        name: rule.name,
        eventPattern: required(
          rule.event_pattern,
          rule.address,
          'a rule of the partner bus has to have a pattern',
        ),
        targets: targetsOf(rule).map(targetDefinition),
      });
    } else if (rule.event_bus_name !== DEFAULT_BUS) {
      throw new StackError(rule.address, `its bus ${rule.event_bus_name} is not declared`);
    }
  }
  const [undelivered] = new Set(targets.map(({ dead_letter_config }) => dead_letter_config.arn));
  return {
    bus,
    schedules,
    undeliveredQueueArn: required(undelivered, 'aws_cloudwatch_event_target', 'none has a dead-letter queue'),
  };
};

type TargetResource = v.InferOutput<typeof schemas.targetSchema>;

const targetDefinition = ({
  arn,
  input_transformer,
  dead_letter_config,
  retry_policy,
}: TargetResource): TargetDefinition => ({
  arn,
  ...(input_transformer === undefined
    ? {}
    : {
        inputTransformer: {
          inputPathsMap: input_transformer.input_paths,
          inputTemplate: input_transformer.input_template,
        },
      }),
  deadLetterArn: dead_letter_config.arn,
  retryPolicy: {
    maximumEventAgeSeconds: retry_policy.maximum_event_age_in_seconds,
    maximumRetryAttempts: retry_policy.maximum_retry_attempts,
  },
});
