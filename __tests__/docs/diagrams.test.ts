import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Arguments, type Plan, synthesizeModule } from '../helpers/synth';

/** What the pages call the resources of the module. */
const RESOURCES: Readonly<Record<string, string>> = {
  rule: 'aws_cloudwatch_event_rule.voicemail_events_rule_1',
  reconcile: 'aws_cloudwatch_event_rule.voicemail_reconcile_rule',
  events: 'aws_sqs_queue.voicemail_queues_events',
  failures: 'aws_sqs_queue.voicemail_queues_failures',
  undelivered: 'aws_sqs_queue.voicemail_queues_undelivered',
  mover: 'aws_lambda_function.voicemail_move_function',
  refresher: 'aws_lambda_function.voicemail_refresh_function',
  bucket: 'aws_s3_bucket.voicemail_archive_bucket',
  secret: 'aws_secretsmanager_secret.voicemail_token_secret',
};
const OTHER_NAMES: Readonly<Record<string, string>> = { targetDlq: 'undelivered', bus: 'rule' };

const between = (one: string, other: string): string => [one, other].sort().join(' - ');

/** The arrow between two nodes, with or without words on it. */
const ARROW = / *(?:<-->|-->|-- "[^"]*" -->|-- [^"-]+ -->|-\. [^.]*? ?\.->|-\. "[^"]*" \.->) */;

/** What a page's first diagram connects, among the resources of the module. */
const drawn = (page: string): readonly string[] => {
  const text = readFileSync(join(__dirname, '../..', page), 'utf8');
  const [, diagram = ''] = /```mermaid\n(.*?)```/s.exec(text) ?? [];
  const chains = diagram.split('\n').map((line) =>
    line
      .trim()
      .split(ARROW)
      .map((node) => /^\w+/.exec(node)?.[0] ?? '')
      .map((node) => OTHER_NAMES[node] ?? node),
  );
  return [
    ...new Set(
      chains.flatMap((chain) =>
        chain.slice(1).flatMap((node, index) => {
          const before = chain[index] ?? '';
          return node in RESOURCES && before in RESOURCES ? [between(before, node)] : [];
        }),
      ),
    ),
  ].sort();
};

/** The resource of ours to which an argument refers, by its name on the pages. */
const referred = (argument: unknown): string | undefined =>
  Object.entries(RESOURCES).find(
    ([, address]) => typeof argument === 'string' && argument.startsWith(`\${${address}.`),
  )?.[0];

const target = v.object({
  rule: v.string(),
  arn: v.string(),
  dead_letter_config: v.optional(v.object({ arn: v.string() })),
});
const functionArguments = v.object({
  environment: v.object({ variables: v.record(v.string(), v.string()) }),
});

const values = (plan: Plan, type: string): readonly Arguments[] => Object.values(plan.all(type));

/** What the synthesized stack connects: targets, dead letters, mappings, rotations, and what functions are told of. */
const synthesized = (plan: Plan): readonly string[] => {
  const pairs: (readonly [unknown, unknown])[] = [];
  for (const { rule, arn, dead_letter_config } of values(plan, 'aws_cloudwatch_event_target').map((each) =>
    v.parse(target, each),
  )) {
    pairs.push([rule, arn], [rule, dead_letter_config?.arn]);
  }
  for (const { event_source_arn, function_name } of values(plan, 'aws_lambda_event_source_mapping')) {
    pairs.push([event_source_arn, function_name]);
  }
  for (const { secret_id, rotation_lambda_arn } of values(plan, 'aws_secretsmanager_secret_rotation')) {
    pairs.push([secret_id, rotation_lambda_arn]);
  }
  for (const [name, { redrive_policy }] of Object.entries(plan.all('aws_sqs_queue'))) {
    const { deadLetterTargetArn } = JSON.parse(String(redrive_policy ?? '{}'));
    pairs.push([`\${aws_sqs_queue.${name}.arn}`, deadLetterTargetArn]);
  }
  for (const [name, each] of Object.entries(plan.all('aws_lambda_function'))) {
    for (const told of Object.values(v.parse(functionArguments, each).environment.variables)) {
      pairs.push([`\${aws_lambda_function.${name}.arn}`, told]);
    }
  }
  const connected = pairs.flatMap(([one, other]) => {
    const [from, to] = [referred(one), referred(other)];
    return from === undefined || to === undefined ? [] : [between(from, to)];
  });
  return [...new Set(connected)].sort();
};

const plan = synthesizeModule();

test('every resource that the diagrams name is one of the synthesized stack', () => {
  const addresses = plan.addresses.map((address) => address.replace(/_[0-9A-F]{8}$/, ''));
  expect(Object.values(RESOURCES).filter((address) => !addresses.includes(address))).toEqual([]);
});

test("README's diagram connects what the synthesized stack connects, and nothing else", () => {
  expect(drawn('README.md')).toEqual(synthesized(plan));
});

test('the diagram of what flows where draws no connection that the synthesized stack does not have', () => {
  const connections = drawn('docs/security.md');
  expect(connections.length).toBeGreaterThan(5);
  expect(connections.filter((connection) => !synthesized(plan).includes(connection))).toEqual([]);
});
