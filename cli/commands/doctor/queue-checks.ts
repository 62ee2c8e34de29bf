import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { countByClass, DeadLetterQueue } from '../../dead-letters';
import { commandOn, type Deployment } from '../../deployment';
import { type Check, type Examination, finding, learnedBy, ok } from './check';

const DEPTHS: QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

const readQueue = async ({ aws }: Deployment, url: string) => {
  const { Attributes: attributes = {} } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...DEPTHS, 'RedrivePolicy'] }),
  );
  return {
    depth: DEPTHS.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0),
    redrivePolicy: attributes.RedrivePolicy ?? '{}',
  };
};

const redriveTarget = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ deadLetterTargetArn: v.optional(v.string()) }),
);

const nameOf = (queueArn: string): string => queueArn.split(':')[5] ?? '';

/** Age of a queue's oldest message; `undefined` where CloudWatch has not measured it lately, as for a queue at rest. */
const oldestAgeMs = async (
  { deployment: { aws }, nowMs }: Examination,
  queueArn: string,
): Promise<number | undefined> => {
  const { Datapoints: points = [] } = await aws.cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: nameOf(queueArn) }],
      StartTime: new Date(nowMs - 15 * 60_000),
      EndTime: new Date(nowMs),
      Period: 60,
      Statistics: ['Maximum'],
    }),
  );
  const [latest] = [...points].sort((one, other) => Number(other.Timestamp) - Number(one.Timestamp));
  return latest?.Maximum === undefined ? undefined : latest.Maximum * 1000;
};

const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} hours`;

/** Dead letters that are looked at one by one; more are only counted. */
const LOOKED_AT = 100;
const LOOK_SECONDS = 30;

const lookAtDeadLetters = async (deployment: Deployment, url: string): Promise<string> => {
  const queue = new DeadLetterQueue(deployment.aws.sqs, url);
  const letters = await queue.receive(LOOKED_AT, LOOK_SECONDS);
  await queue.giveBack(letters);
  const oldestMs = Math.min(...letters.flatMap(({ sentMs }) => (sentMs === undefined ? [] : [sentMs])));
  const classes = Object.entries(countByClass(letters)).map(([name, count]) => `${count} ${name}`);
  const since = Number.isFinite(oldestMs) ? `; the oldest is of ${new Date(oldestMs).toISOString()}` : '';
  return `${classes.join(', ') || 'in flight'}${since}`;
};

const deadLetterCheck = (
  name: string,
  urlOf: (deployment: Deployment) => string,
  mending: string,
): Check => ({
  name,
  needs: [],
  async look({ deployment }) {
    const url = urlOf(deployment);
    const { depth } = await readQueue(deployment, url);
    return depth === 0
      ? ok('is empty')
      : finding(
          `holds ${depth}: ${await lookAtDeadLetters(deployment, url)}`,
          `${mending}, then run ${commandOn(deployment, 'redrive')}`,
        );
  },
});

/** The queues. */
export const queueChecks: readonly Check[] = [
  {
    name: 'events-queue',
    needs: ['move-function'],
    async look(examination) {
      const { deployment, learned } = examination;
      const { outputs } = deployment;
      const { depth, redrivePolicy } = await readQueue(deployment, outputs.events_queue_url);
      const target = v.safeParse(redriveTarget, redrivePolicy);
      if (!target.success || target.output.deadLetterTargetArn !== outputs.failures_queue_arn) {
        return finding(
          'the events queue does not give what crashes the function to the failures queue',
          'deploy again',
        );
      }
      // A voicemail may be waited for, and after that a message may rest once more.
      const { VOICEMAIL_WAIT_MS, BACKOFF_MAXIMUM_MS } = learnedBy(learned.moveSettings, 'move-function');
      const ageMs = depth === 0 ? 0 : await oldestAgeMs(examination, outputs.events_queue_arn);
      return ageMs !== undefined && ageMs > VOICEMAIL_WAIT_MS + BACKOFF_MAXIMUM_MS
        ? finding(
            `holds ${depth}; the oldest message has waited ${hours(ageMs)}`,
            `the log of ${outputs.move_function_arn} says why messages are given back; SQS drops them at 14 days`,
          )
        : ok(`holds ${depth}${ageMs === undefined || depth === 0 ? '' : `, the oldest for ${hours(ageMs)}`}`);
    },
  },
  deadLetterCheck(
    'failures-queue',
    ({ outputs }) => outputs.failures_queue_url,
    'mend what the class names (docs/operations)',
  ),
  deadLetterCheck(
    'undelivered-queue',
    ({ outputs }) => outputs.undelivered_queue_url,
    'EventBridge could not send to the events queue; deploy again',
  ),
];
