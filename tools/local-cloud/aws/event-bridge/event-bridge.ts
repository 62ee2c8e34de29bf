import * as v from 'valibot';
import type { Clock } from '../../clock';
import { JsonService, jsonOperation } from '../json-protocol';
import { AwsError } from '../service';
import type { EventBus } from './bus';
import { EventPattern, InvalidEventPatternError } from './pattern';
import type { TargetDefinition } from './rule';

/** States of a partner event source. Source: EventBridge API reference, "DescribeEventSource". */
export type EventSourceState = 'PENDING' | 'ACTIVE' | 'DELETED';

/** Options of the local EventBridge. */
export interface EventBridgeOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
}

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const nextPage = { Limit: v.optional(v.number()), NextToken: v.optional(v.string()) };
const sourcesInput = v.strictObject({ NamePrefix: v.optional(name, ''), ...nextPage });
const nameInput = v.strictObject({ Name: name });
const ruleInput = v.strictObject({ Name: name, EventBusName: name });
const targetsInput = v.strictObject({ Rule: name, EventBusName: name, ...nextPage });
const byTargetInput = v.strictObject({ TargetArn: name, EventBusName: name, ...nextPage });
const testInput = v.strictObject({ EventPattern: v.string(), Event: v.string() });

/** Fields that TestEventPattern requires of an event. Source: EventBridge API reference, "TestEventPattern". */
const testedEvent = v.object({
  id: v.string(),
  account: v.string(),
  source: v.string(),
  time: v.string(),
  region: v.string(),
  resources: v.array(v.string()),
  'detail-type': v.string(),
});

const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `${what} does not exist.`);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const targetOutput = (
  { arn, inputTransformer, deadLetterArn, retryPolicy }: TargetDefinition,
  index: number,
) => ({
  Id: `target-${index + 1}`,
  Arn: arn,
  InputTransformer:
    inputTransformer === undefined
      ? undefined
      : { InputPathsMap: inputTransformer.inputPathsMap, InputTemplate: inputTransformer.inputTemplate },
  DeadLetterConfig: deadLetterArn === undefined ? undefined : { Arn: deadLetterArn },
  RetryPolicy:
    retryPolicy === undefined
      ? undefined
      : {
          MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
          MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeSeconds,
        },
});

/** The reading side of EventBridge's API: partner event sources, their buses, rules and targets, and pattern tests. */
export class EventBridge extends JsonService {
  readonly signingName = 'events';
  protected readonly protocolVersion = '1.1';
  protected readonly targetPrefix = 'AWSEvents';
  readonly #arnPrefix: string;
  readonly #createdAtMs: number;
  readonly #buses = new Map<string, EventBus>();
  readonly #sources = new Map<string, EventSourceState>();

  constructor({ clock, accountId, region }: EventBridgeOptions) {
    super();
    this.#arnPrefix = `arn:aws:events:${region}:${accountId}:`;
    this.#createdAtMs = clock.now();
  }

  protected readonly operations = {
    DescribeEventSource: jsonOperation(nameInput, {
      resource: ({ Name }) => this.#sourceArn(Name),
      run: ({ Name }) => {
        const state = this.#sources.get(Name);
        if (state === undefined) {
          throw notFound(`Event source ${Name}`);
        }
        return this.#describeSource(Name, state);
      },
    }),
    ListEventSources: jsonOperation(sourcesInput, {
      resource: () => '*',
      run: ({ NamePrefix }) => ({
        EventSources: [...this.#sources]
          .filter(([sourceName]) => sourceName.startsWith(NamePrefix))
          .map(([sourceName, state]) => this.#describeSource(sourceName, state)),
      }),
    }),
    DescribeEventBus: jsonOperation(nameInput, {
      resource: ({ Name }) => this.#busArn(Name),
      run: ({ Name }) => {
        this.#bus(Name);
        return { Name, Arn: this.#busArn(Name) };
      },
    }),
    ListRuleNamesByTarget: jsonOperation(byTargetInput, {
      resource: ({ EventBusName }) => `${this.#arnPrefix}rule/${EventBusName}/*`,
      run: ({ TargetArn, EventBusName }) => ({
        RuleNames: this.#bus(EventBusName)
          .rules.filter(({ targets }) => targets.some(({ arn }) => arn === TargetArn))
          .map((rule) => rule.name),
      }),
    }),
    DescribeRule: jsonOperation(ruleInput, {
      resource: ({ Name, EventBusName }) => this.#ruleArn(EventBusName, Name),
      run: ({ Name, EventBusName }) => {
        const rule = this.#rule(EventBusName, Name);
        return {
          Name,
          Arn: this.#ruleArn(EventBusName, Name),
          EventBusName,
          EventPattern: rule.eventPattern,
          State: rule.state ?? 'ENABLED',
        };
      },
    }),
    ListTargetsByRule: jsonOperation(targetsInput, {
      resource: ({ Rule, EventBusName }) => this.#ruleArn(EventBusName, Rule),
      run: ({ Rule, EventBusName }) => ({
        Targets: this.#rule(EventBusName, Rule).targets.map(targetOutput),
      }),
    }),
    TestEventPattern: jsonOperation(testInput, {
      resource: () => '*',
      run: (input) => {
        if (!v.is(testedEvent, parseJson(input.Event))) {
          throw new AwsError(
            'ValidationException',
            'Event is not valid: a field that every event has is missing.',
          );
        }
        try {
          return { Result: new EventPattern(input.EventPattern).matches(input.Event) };
        } catch (error) {
          if (error instanceof InvalidEventPatternError) {
            throw new AwsError('InvalidEventPatternException', error.message);
          }
          throw error;
        }
      },
    }),
  };

  /** Adds a partner bus, and its source in the state that a bus gives it. */
  addPartnerBus(bus: EventBus): void {
    this.#buses.set(bus.name, bus);
    this.#sources.set(bus.name, 'ACTIVE');
  }

  /** Removes a bus, which puts its source back to PENDING. @throws AwsError where there is none. */
  removeBus(busName: string): void {
    this.#bus(busName);
    this.#buses.delete(busName);
    this.#sources.set(busName, 'PENDING');
  }

  /** Changes the state of a source, as its partner does; `undefined` takes it away whole. */
  setEventSourceState(sourceName: string, state: EventSourceState | undefined): void {
    if (state === undefined) {
      this.#sources.delete(sourceName);
    } else {
      this.#sources.set(sourceName, state);
    }
  }

  #describeSource(sourceName: string, state: EventSourceState) {
    return {
      Arn: this.#sourceArn(sourceName),
      CreatedBy: 'genesys.com',
      CreationTime: this.#createdAtMs / 1000,
      Name: sourceName,
      State: state,
    };
  }

  #bus(busName: string): EventBus {
    const bus = this.#buses.get(busName);
    if (bus === undefined) {
      throw notFound(`Event bus ${busName}`);
    }
    return bus;
  }

  #rule(busName: string, ruleName: string) {
    const rule = this.#bus(busName).rules.find((candidate) => candidate.name === ruleName);
    if (rule === undefined) {
      throw notFound(`Rule ${ruleName} on EventBus ${busName}`);
    }
    return rule;
  }

  #sourceArn(sourceName: string): string {
    return `arn:aws:events:${this.#arnPrefix.split(':')[3]}::event-source/${sourceName}`;
  }

  #busArn(busName: string): string {
    return `${this.#arnPrefix}event-bus/${busName}`;
  }

  #ruleArn(busName: string, ruleName: string): string {
    return `${this.#arnPrefix}rule/${busName}/${ruleName}`;
  }
}
