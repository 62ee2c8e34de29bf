import * as v from 'valibot';
import type { Clock } from '../../clock';
import { JsonService, jsonOperation } from '../json-protocol';
import { AwsError } from '../service';

/** The states of an alarm. */
const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

/** A state of an alarm. */
export type AlarmState = (typeof ALARM_STATES)[number];

/** Options of the local CloudWatch. */
export interface CloudWatchOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** Epoch milliseconds at which the oldest message of a queue was sent; `undefined` for an empty queue. */
  readonly oldestSentAtMs: (queueName: string) => number | undefined;
}

/** The one metric that is measured here. */
const input = v.strictObject({
  Namespace: v.literal('AWS/SQS', 'the local CloudWatch measures AWS/SQS only'),
  MetricName: v.literal('ApproximateAgeOfOldestMessage', 'it measures ApproximateAgeOfOldestMessage only'),
  Dimensions: v.tuple([v.strictObject({ Name: v.literal('QueueName'), Value: v.string() })]),
  StartTime: v.number(),
  EndTime: v.number(),
  Period: v.pipe(v.number(), v.multipleOf(60, 'must be a multiple of 60')),
  Statistics: v.tuple([v.literal('Maximum', 'it knows Maximum only')]),
});

const alarmInput = v.strictObject({
  AlarmName: v.string(),
  StateValue: v.picklist(ALARM_STATES),
  StateReason: v.string(),
  StateReasonData: v.optional(v.string()),
});

/**
 * As much of CloudWatch as tells how old a queue's oldest message is, and lets a person try an alarm. AWS measures once a minute and needs a while to show
 * it; here the answer is the present.
 *
 * Source: CloudWatch API reference, "GetMetricStatistics"; SQS Developer Guide, "Available CloudWatch metrics".
 */
export class CloudWatch extends JsonService {
  readonly signingName = 'monitoring';
  protected readonly protocolVersion = '1.0';
  protected readonly targetPrefix = 'GraniteServiceVersion20100801';
  readonly #options: CloudWatchOptions;
  readonly #alarms = new Map<string, AlarmState>();

  constructor(options: CloudWatchOptions) {
    super();
    this.#options = options;
  }

  protected readonly operations = {
    GetMetricStatistics: jsonOperation(input, {
      resource: () => '*',
      run: ({ MetricName, Dimensions: [{ Value: queueName }] }) => {
        const nowMs = this.#options.clock.now();
        const oldestMs = this.#options.oldestSentAtMs(queueName);
        return {
          Label: MetricName,
          Datapoints: [
            {
              Timestamp: Math.floor(nowMs / 60_000) * 60,
              Maximum: oldestMs === undefined ? 0 : Math.floor((nowMs - oldestMs) / 1000),
              Unit: 'Seconds',
            },
          ],
        };
      },
    }),
    SetAlarmState: jsonOperation(alarmInput, {
      resource: ({ AlarmName }) =>
        `arn:aws:cloudwatch:${this.#options.region}:${this.#options.accountId}:alarm:${AlarmName}`,
      run: ({ AlarmName, StateValue }) => {
        if (!this.#alarms.has(AlarmName)) {
          throw new AwsError('ResourceNotFound', `The alarm ${AlarmName} does not exist.`, 404);
        }
        this.#alarms.set(AlarmName, StateValue);
      },
    }),
  };

  /** Creates an alarm, which measures nothing; not part of the wire. */
  putAlarm(name: string): void {
    this.#alarms.set(name, 'INSUFFICIENT_DATA');
  }

  /** The state that an alarm was set to; `undefined` where there is no such alarm. */
  alarmState(name: string): AlarmState | undefined {
    return this.#alarms.get(name);
  }
}
