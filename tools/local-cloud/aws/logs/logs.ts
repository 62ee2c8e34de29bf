import * as v from 'valibot';
import type { Clock } from '../../clock';
import { JsonService, jsonOperation } from '../json-protocol';
import { AwsError } from '../service';
import { filterPattern } from './filter-pattern';

/** Options of the local CloudWatch Logs. */
export interface LogsOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
}

interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
}

/** The oldest lines of a group go first, so that a long run does not keep them all. */
const MOST_LINES = 10_000;
/** Source: CloudWatch Logs API Reference, "FilterLogEvents". */
const MOST_A_PAGE = 10_000;
const LOG_STREAM = 'local';

const input = v.strictObject({
  logGroupName: v.string(),
  startTime: v.optional(v.number()),
  endTime: v.optional(v.number()),
  filterPattern: v.optional(v.string(), ''),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_A_PAGE)), MOST_A_PAGE),
  nextToken: v.optional(v.string()),
  // Without effect for years, and still sent by `aws logs tail`.
  interleaved: v.optional(v.boolean()),
});

/** As much of CloudWatch Logs as `aws logs tail` asks for: the lines that functions wrote, by group, time and pattern. */
export class Logs extends JsonService {
  readonly signingName = 'logs';
  protected readonly protocolVersion = '1.1';
  protected readonly targetPrefix = 'Logs_20140328';
  readonly #clock: Clock;
  readonly #arnPrefix: string;
  readonly #groups = new Map<string, LogEvent[]>();
  #lines = 0;

  constructor({ clock, accountId, region }: LogsOptions) {
    super();
    this.#clock = clock;
    this.#arnPrefix = `arn:aws:logs:${region}:${accountId}:log-group:`;
  }

  protected readonly operations = {
    FilterLogEvents: jsonOperation(input, {
      resource: ({ logGroupName }) => `${this.#arnPrefix}${logGroupName}:*`,
      run: ({
        logGroupName,
        startTime = 0,
        endTime = Number.POSITIVE_INFINITY,
        limit,
        nextToken = '0',
        ...rest
      }) => {
        const group = this.#groups.get(logGroupName);
        if (group === undefined) {
          throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
        }
        const matches = filterPattern(rest.filterPattern);
        const found = group.filter(
          ({ timestamp, message, eventId }) =>
            timestamp >= startTime &&
            timestamp < endTime &&
            Number(eventId) > Number(nextToken) &&
            matches(message),
        );
        const page = found.slice(0, limit);
        return {
          events: page.map((event) => ({
            ...event,
            logStreamName: LOG_STREAM,
            ingestionTime: event.timestamp,
          })),
          searchedLogStreams: [],
          nextToken: found.length > page.length ? page.at(-1)?.eventId : undefined,
        };
      },
    }),
  };

  /** Creates a log group; not part of the wire. */
  createGroup(name: string): void {
    this.#groups.set(name, []);
  }

  /** Takes a line that a function wrote. A group that nobody created keeps nothing, as on AWS where the function may not. */
  put(groupName: string, message: string): void {
    const group = this.#groups.get(groupName);
    this.#lines += 1;
    group?.push({ eventId: String(this.#lines), timestamp: this.#clock.now(), message });
    if (group !== undefined && group.length > MOST_LINES) {
      group.splice(0, group.length - MOST_LINES);
    }
  }
}
