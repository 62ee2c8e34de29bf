import type { GenesysBehaviour } from '../../../local-cloud/genesys';

/** How a case has to end where nothing outside refuses for good. */
export type ExpectedEnd = 'stored' | 'absent' | 'erased';

/** A set of options and circumstances that gives the mover another path. */
export interface Scenario {
  /** Kind of the message: an event, a named voicemail, or the hourly reconcile. */
  readonly message: 'voicemail-end' | 'voicemail' | 'reconcile';
  readonly mailbox: 'queue' | 'group';
  readonly expected: ExpectedEnd;
  /** Variables of the function beside those of every scenario. */
  readonly variables: Readonly<Record<string, string>>;
  readonly behaviour: Partial<GenesysBehaviour>;
  /** Milliseconds after which Genesys publishes the voicemail; `undefined` where the caller left none. */
  readonly appearsAfterMs: number | undefined;
  /** Milliseconds by which the event's clock is wrong. */
  readonly clockErrorMs: number;
  /** Milliseconds from the voicemail to its message. */
  readonly messageAfterMs: number;
  /** Whether the voicemail of the other queue was left in the same conversation. */
  readonly hasSharedConversation: boolean;
  /** Whether the voicemail is erased once it is settled, and its message then arrives once more. */
  readonly isErased: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const PLAIN: Scenario = {
  message: 'voicemail-end',
  mailbox: 'queue',
  expected: 'stored',
  variables: { STORE_TRANSCRIPT: 'false' },
  behaviour: {},
  appearsAfterMs: 0,
  clockErrorMs: 0,
  messageAfterMs: 0,
  hasSharedConversation: false,
  isErased: false,
};

/** A few looks in the waiting time show as much as many. */
const FEW_LOOKS = { ...PLAIN.variables, BACKOFF_BASE_MS: String(HOUR_MS) };

/** Every scenario, by the name that stands in the ids of its cases. */
export const SCENARIOS = {
  plain: PLAIN,
  /** The token may not read conversations. */
  listing: { ...PLAIN, behaviour: { conversationLookup: 'forbidden' } },
  group: { ...PLAIN, message: 'voicemail', mailbox: 'group' },
  /** Delete, disconnect and mark read. */
  'after-store': {
    ...PLAIN,
    variables: {
      ...PLAIN.variables,
      DISCONNECT_AFTER_STORE: 'true',
      MARK_READ_AFTER_STORE: 'true',
      DELETE_AFTER_STORE: 'true',
    },
  },
  /** A transfer left a voicemail in another queue as well, which is not moved: the callback is not ours to end. */
  'two-mailboxes': {
    ...PLAIN,
    variables: { ...PLAIN.variables, DELETE_AFTER_STORE: 'true' },
    hasSharedConversation: true,
  },
  transcript: { ...PLAIN, variables: {} },
  /** The event got lost. */
  reconcile: { ...PLAIN, message: 'reconcile', messageAfterMs: 2 * HOUR_MS },
  erase: { ...PLAIN, expected: 'erased', isErased: true },
  /** Published shortly before the wait is over, and told by a clock that is a day slow. */
  late: { ...PLAIN, variables: FEW_LOOKS, appearsAfterMs: 50 * MINUTE_MS, clockErrorMs: -24 * HOUR_MS },
  /** The caller hung up, and the event comes from a clock that is a day fast. */
  'hung-up': {
    ...PLAIN,
    variables: FEW_LOOKS,
    expected: 'absent',
    appearsAfterMs: undefined,
    clockErrorMs: 24 * HOUR_MS,
  },
} as const satisfies Readonly<Record<string, Scenario>>;

/** The name of a scenario. */
export type ScenarioName = keyof typeof SCENARIOS;

/** Every name of a scenario. */
export const SCENARIO_NAMES = [
  'plain',
  'listing',
  'group',
  'after-store',
  'two-mailboxes',
  'transcript',
  'reconcile',
  'erase',
  'late',
  'hung-up',
] as const satisfies readonly ScenarioName[];
