import type { Fault, FaultSource, OutsideCall } from '../../../../local-cloud/faults';
import {
  EventSourceMapping,
  type InvocationOutcome,
  type InvocationResult,
} from '../../../../local-cloud/lambda';
import { queuePort } from '../../../../local-cloud/stack/queue-port';
import { Container } from '../../../virtual/container';
import type { FunctionCode } from '../../../virtual/function-code';
import type { VirtualTime } from '../../../virtual/virtual-time';
import { SCENARIOS, type Scenario } from '../scenarios';
import { type Case, caseId, type PlannedFault } from './case-id';
import { Chance } from './chance';
import { type CallSite, faultOf, isKill } from './fault-kinds';
import { Journal } from './journal';
import { isDeletionProven, touchesOutside } from './proof';
import type { Services } from './services';
import { World } from './world';

/** Milliseconds that an invocation may take: the module's default. */
const FUNCTION_TIMEOUT_MS = 300_000;
const HOUR_MS = 60 * 60_000;
/** Once a day reconcile looks at everything, and not only at what has come since its last run. */
const WHOLE_RECONCILE_MS = 25 * HOUR_MS;
/** Invocations after which a message still counts as waiting. */
const MOST_INVOCATIONS = 36;
/** Trouble that lasts and concerns all looks the same after so many. */
const MOST_INVOCATIONS_IN_LASTING_TROUBLE = 14;
/** Real milliseconds in which the part of a body that is sent has arrived. */
const PART_ARRIVES_MS = 25;

/** A call that the mover made. */
export interface Call extends CallSite {
  /** 1 for the first call of the case. */
  readonly number: number;
  readonly fault: PlannedFault | undefined;
}

/** History of a case, and what it left. */
export interface CaseHistory {
  readonly scenario: Scenario;
  readonly world: World;
  readonly journal: Journal;
  readonly calls: readonly Call[];
  /** Calls that read or wrote a voicemail outside of the selection. */
  readonly outsideTouches: number;
  /** Deletions at Genesys that came before the whole recording was proven to be in the archive. */
  readonly unprovenDeletions: number;
  /** How each invocation ended: `ok`, or the type of its error. */
  readonly ends: readonly string[];
  /** Whether a lost event's voicemail was stored by the hourly reconcile's second run, and not only by the daily one. */
  readonly isFoundInTime: boolean;
  /** Whether something of an erased voicemail was in the archive once its message was done, and no failure told of it. */
  readonly isBackUntold: boolean;
  /** An act that the exploration cannot follow. */
  readonly misbehaviour: string | undefined;
}

/** Parts that a case runs with. */
export interface CaseRunParts {
  readonly services: Services;
  readonly code: FunctionCode;
  readonly seed: number;
  /** Number of this case among those of the services. */
  readonly number: number;
}

/** One case: a voicemail, its message, and what goes wrong on the way, until the queue is empty or nothing changes. */
export class CaseRun implements FaultSource {
  readonly #case: Case;
  readonly #scenario: Scenario;
  readonly #parts: CaseRunParts;
  readonly #time: VirtualTime;
  readonly #world: World;
  readonly #journal: Journal;
  readonly #jitter: Chance;
  readonly #calls: Call[] = [];
  readonly #ends: string[] = [];
  readonly #containers: Container[] = [];
  #outsideTouches = 0;
  #unprovenDeletions = 0;
  #isFoundInTime = true;
  #isBackUntold = false;
  #misbehaviour: string | undefined;
  /** Runs once AWS has carried out the call that is under way. */
  #whenEnded: (() => void) | undefined;

  constructor(one: Case, parts: CaseRunParts) {
    const { services, seed, number } = parts;
    this.#case = one;
    this.#scenario = SCENARIOS[one.scenario];
    this.#parts = parts;
    this.#time = services.time;
    this.#time.restart();
    services.aws.journal.clear();
    this.#world = new World(services, this.#scenario, number);
    this.#journal = new Journal(() => this.#time.now(), this.#world.names);
    this.#jitter = new Chance(seed, 'jitter', one.scenario);
  }

  /** Runs the case. */
  async run(): Promise<CaseHistory> {
    this.#parts.services.useFaults(this);
    this.#journal.note(`case ${caseId(this.#case)}`);
    await this.#run(this.#world);
    return {
      scenario: this.#scenario,
      world: this.#world,
      journal: this.#journal,
      calls: this.#calls,
      outsideTouches: this.#outsideTouches,
      unprovenDeletions: this.#unprovenDeletions,
      ends: this.#ends,
      isFoundInTime: this.#isFoundInTime,
      isBackUntold: this.#isBackUntold,
      misbehaviour: this.#misbehaviour,
    };
  }

  /** Ends every process of the case. */
  dispose(): void {
    this.#parts.services.useFaults(undefined);
    for (const container of this.#containers) {
      container.dispose();
    }
  }

  decide(outside: OutsideCall): Fault | undefined {
    const world = this.#world;
    const { system, service, operation, resource } = outside;
    const number = this.#calls.length + 1;
    const planned = this.#plannedFor(number, operation);
    this.#calls.push({ number, system, service, operation, fault: planned });
    const kind = planned?.kind;
    this.#journal.note(
      `  call ${number}  ${service} ${operation} ${resource}${kind === undefined ? '' : `  <- ${kind}`}`,
    );
    this.#outsideTouches += touchesOutside(outside, world) ? 1 : 0;
    this.#unprovenDeletions += isDeletionProven(outside, world) ? 0 : 1;
    if (kind === undefined) {
      return undefined;
    }
    if (kind === 'erased') {
      this.#erase(world);
      return undefined;
    }
    const fault = faultOf(kind, {
      call: outside,
      chance: new Chance(this.#parts.seed, 'fault', this.#case.scenario, number),
      withOtherIds: (text) => this.#withOtherIds(world, text),
    });
    this.#act(outside, fault, isKill(kind));
    return fault;
  }

  ended({ system }: OutsideCall): void {
    if (system === 'aws') {
      this.#whenEnded?.();
      this.#whenEnded = undefined;
    }
  }

  #plannedFor(number: number, operation: string): PlannedFault | undefined {
    const { faults } = this.#case;
    return (
      faults.find(({ call }) => call === number) ??
      faults.find(
        ({ call, isLasting }) => isLasting && call < number && this.#calls[call - 1]?.operation === operation,
      )
    );
  }

  /** Does what a fault asks for beside the answer: the container waits in vain, or is killed. */
  #act({ system }: OutsideCall, { answer }: Fault, isDeath: boolean): void {
    const container = this.#containers.at(-1);
    if (answer.kind === 'stall-body') {
      setTimeout(() => container?.hangCall(), PART_ARRIVES_MS);
    }
    if (answer.kind !== 'hang') {
      return;
    }
    const act = () => {
      container?.hangCall();
      if (isDeath) {
        setImmediate(() => container?.kill('Runtime.ExitError'));
      }
    };
    if (system === 'aws') {
      this.#whenEnded = act;
    } else {
      act();
    }
  }

  #erase(world: World): void {
    if (!world.isErased) {
      world.erase();
      this.#journal.note('-- somebody erases the voicemail');
    }
  }

  #withOtherIds({ voicemail, outside }: World, text: string): string {
    return voicemail === undefined
      ? text
      : text
          .replaceAll(voicemail.id, outside.id)
          .replaceAll(voicemail.conversationId, outside.conversationId);
  }

  async #run(world: World): Promise<void> {
    const { messageAfterMs, isErased, message } = this.#scenario;
    this.#time.advance(messageAfterMs);
    this.#send(world);
    await this.#workUntilSettled(world);
    if (isErased) {
      this.#isBackUntold =
        world.isErased && world.isBack && world.aws.sqs.messages(world.failuresQueueArn).length === 0;
      this.#erase(world);
    }
    if (message === 'reconcile') {
      await this.#sendAgain(world, HOUR_MS);
      this.#isFoundInTime =
        world.voicemail !== undefined && world.holdingOf(world.voicemail).sidecars.length > 0;
    }
    if (isErased || message === 'reconcile') {
      // A replay of the message, or the next day's reconcile.
      await this.#sendAgain(world, WHOLE_RECONCILE_MS);
    }
    this.#journal.noteArchive(world.versions);
    for (const { attributes } of world.aws.sqs.messages(world.failuresQueueArn)) {
      this.#journal.note(`failures queue: ${attributes['failureClass']?.StringValue}`);
    }
    this.#journal.note(`events queue: ${world.aws.sqs.messages(world.eventsQueueArn).length} messages`);
  }

  async #sendAgain(world: World, afterMs: number): Promise<void> {
    this.#time.advance(afterMs);
    this.#send(world);
    await this.#workUntilSettled(world);
  }

  #send({ aws, eventsQueueArn, message }: World): void {
    for (let copies = this.#case.isTwice ? 2 : 1; copies > 0; copies -= 1) {
      aws.sqs.send(eventsQueueArn, message);
    }
  }

  async #workUntilSettled({ aws, eventsQueueArn, environment }: World): Promise<void> {
    const mapping = new EventSourceMapping({
      queue: queuePort(aws.sqs, eventsQueueArn),
      queueArn: eventsQueueArn,
      function: { invoke: (event) => this.#invoke(event, environment) },
      functionResponseTypes: ['ReportBatchItemFailures'],
      clock: this.#time,
    });
    for (let invocations = 0; invocations < this.#mostInvocations; invocations += 1) {
      const dueAtMs = aws.sqs.nextVisibleAt(eventsQueueArn);
      if (dueAtMs === undefined || this.#misbehaviour !== undefined) {
        return;
      }
      this.#time.advance(Math.max(0, dueAtMs - this.#time.now()));
      await mapping.pollOnce();
    }
  }

  get #mostInvocations(): number {
    const isEverybodys = this.#calls.some(
      ({ fault, service }) => fault?.isLasting === true && service !== 'media',
    );
    return isEverybodys ? MOST_INVOCATIONS_IN_LASTING_TROUBLE : MOST_INVOCATIONS;
  }

  async #invoke(event: unknown, environment: Readonly<Record<string, string>>): Promise<InvocationResult> {
    const messages = typeof event === 'object' && event !== null && 'Records' in event ? event.Records : [];
    this.#journal.begin(Array.isArray(messages) ? messages.length : 0);
    const outcome = await this.#outcomeOf(event, environment);
    this.#ends.push(outcome.outcome === 'success' ? 'ok' : outcome.errorType);
    return { ...outcome, requestId: '', logs: [], durationMs: 0, coldStart: false };
  }

  async #outcomeOf(
    event: unknown,
    environment: Readonly<Record<string, string>>,
  ): Promise<InvocationOutcome> {
    try {
      const end = await this.#container(environment).invoke(event, {
        timeoutMs: FUNCTION_TIMEOUT_MS,
        random: () => this.#jitter.next(),
        misbehaved: (error) => this.#noteMisbehaviour(error),
        print: (text) => this.#journal.print(text),
      });
      if (end.ok) {
        return { outcome: 'success', payload: end.payload };
      }
      this.#journal.note(`  ended with ${end.errorType}`);
      const { errorType, errorMessage } = end;
      return { outcome: 'error', functionError: 'Unhandled', errorType, errorMessage, trace: [] };
    } catch (error) {
      this.#noteMisbehaviour(error);
      return {
        outcome: 'error',
        functionError: 'Unhandled',
        errorType: 'Misbehaviour',
        errorMessage: 'the exploration itself failed',
        trace: [],
      };
    }
  }

  /** The container that lives, or a new one: each case begins with a cold start. */
  #container(environment: Readonly<Record<string, string>>): Container {
    const current = this.#containers.at(-1);
    if (current?.isAlive === true) {
      return current;
    }
    const container = new Container({
      code: this.#parts.code,
      time: this.#time,
      environment,
      parallelRequests: 'queued',
    });
    this.#containers.push(container);
    return container;
  }

  #noteMisbehaviour(error: unknown): void {
    this.#misbehaviour ??= error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
