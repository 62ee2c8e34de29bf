/*
 * What an instance costs, counted: requests as the journal of the local run has them, which a test compares, times list
 * prices. Every figure about money in the documentation is made here.
 */

/** List prices in US dollars of us-east-1, as commonly published in November 2026; free tiers left out. Nobody has compared them with AWS's price list. */
const PRICES = {
  kmsKey: 1,
  secret: 0.4,
  alarm: 0.1,
  compositeAlarm: 0.5,
  metric: 0.3,
  dashboard: 3,
  s3Write: 5 / 1e6,
  s3Look: 0.4 / 1e6,
  s3GbMonth: 0.023,
  gbSecond: 0.0000133334,
  invocation: 0.2 / 1e6,
  sqsRequest: 0.4 / 1e6,
  partnerEvent: 1 / 1e6,
  secretRequest: 5 / 1e6,
  kmsRequest: 3 / 1e6,
  logGb: 0.5,
  logGbMonth: 0.03,
  trace: 5 / 1e6,
} as const;

/** What the local run counts. The deployment is `deployments/local.json`: two queues and default options. */
export const COUNTED = {
  /** Of one voicemail that its first delivery finds. A look is a HeadObject; see `docs/least-privilege.md` for the lists. */
  voicemail: { PutObject: 2, look: 2 },
  /** Of one delivery before Genesys has published the voicemail; whatever follows it lists the voicemail's keys once. */
  deliveryInVain: { ChangeMessageVisibility: 1, list: 1 },
  /** Of the reconciles of a day, in which no voicemail comes. */
  dayOfReconciles: {
    PutObject: 118,
    ListObjectsV2: 51,
    GetObject: 48,
    GetSecretValue: 24,
    GetQueueAttributes: 24,
  },
  /** Of one rotation, in four runs. */
  rotation: { GetSecretValue: 11, DescribeSecret: 4, PutSecretValue: 2, UpdateSecretVersionStage: 1 },
  /** Bytes that the functions log of one voicemail, at most. */
  logBytes: 1_000,
} as const;

/** Time that requests take: nobody can count it here, so it is assumed, in seconds. */
const SECONDS = { genesys: 0.15, download: 0.25, aws: 0.04, reconcile: 2, rotation: 2 } as const;

/** Bytes of a run's START, END and REPORT lines. */
const PLATFORM_LOG_BYTES = 600;
const LOG_MONTHS = 12;
const MONTH_DAYS = 30;
const MONTH_HOURS = 730;
/** A month in spans of five minutes: so long SQS reuses a data key, and a container the secret. */
const SPANS = (MONTH_HOURS * 60) / 5;
/** Pollers that Lambda keeps at an idle queue, each asking three times a minute. */
const POLLS = 5 * 3 * 60 * MONTH_HOURS;
/** Memory of MoveVoicemailToS3 and RefreshAuthToken, in GB. */
const GB = { move: 0.5, refresh: 0.25 } as const;
const ROTATIONS = 4 * MONTH_DAYS;
/** Hours of the day in which a rotation tells its metric. */
const ROTATION_HOURS_SHARE = 4 / 24;
const VOICEMAIL_GB = 0.0005;
/** Months of mail that `retentionDays: 365` and the 30 days after hold. */
const MONTHS_HELD = 13;
/** Deliveries of a voicemail that Genesys publishes late, before the one that stores it. */
const IN_VAIN = 2;

/** One item of a bill: its name, its arithmetic in words, and US dollars for each column. */
type Item = readonly [name: string, arithmetic: string, ...dollars: readonly number[]];

/** What the stack declares that AWS bills by the month. */
export interface Declared {
  readonly alarms: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
}

/** Metrics of the functions: with `full` about ten in every hour; with `lean` one, in the hours of its rotations. */
const METRICS = { full: 10, lean: ROTATION_HOURS_SHARE } as const;

const logDollars = (bytes: number): number => (bytes / 1e9) * (PRICES.logGb + LOG_MONTHS * PRICES.logGbMonth);

const sum = (items: readonly Item[], column: number): number =>
  items.reduce((total, [, , ...dollars]) => total + (dollars[column] ?? 0), 0);

/** What a month costs without any voicemail: in full, and lean. */
export const fixedItems = (full: Declared, lean: Declared): readonly Item[] => {
  const both = (name: string, arithmetic: string, dollars: number): Item => [
    name,
    arithmetic,
    dollars,
    dollars,
  ];
  const { dayOfReconciles: day, rotation } = COUNTED;
  const rotationRequests = Object.values(rotation).reduce((total, count) => total + count, 0);
  const runs = MONTH_HOURS + 4 * ROTATIONS;
  return [
    both('KMS key', '1 × $1; a yearly rotation adds $1, twice at most', PRICES.kmsKey),
    both('Secret', '1 × $0.40', PRICES.secret),
    [
      'Alarms',
      `${full.alarms} or ${lean.alarms} × $0.10`,
      full.alarms * PRICES.alarm,
      lean.alarms * PRICES.alarm,
    ],
    [
      'Causes (composite alarms)',
      `${full.compositeAlarms} or ${lean.compositeAlarms} × $0.50`,
      full.compositeAlarms * PRICES.compositeAlarm,
      lean.compositeAlarms * PRICES.compositeAlarm,
    ],
    [
      'Metrics of the functions',
      'full: 10 × $0.30, as if each was told in every hour; lean: 1 × $0.30 in the 4 hours of a day with a rotation, and in trouble $0.30 for each of two more',
      METRICS.full * PRICES.metric,
      METRICS.lean * PRICES.metric,
    ],
    [
      'Dashboard',
      `${full.dashboards} or ${lean.dashboards} × $3`,
      full.dashboards * PRICES.dashboard,
      lean.dashboards * PRICES.dashboard,
    ],
    both(
      'Polling an idle queue',
      '5 pollers × 3 a minute × 43,800 minutes × $0.40 per million',
      POLLS * PRICES.sqsRequest,
    ),
    both(
      'Requests of the reconcile',
      `a day: ${day.PutObject} writes and ${day.ListObjectsV2} lists × $5, ${day.GetObject} reads × $0.40, ${day.GetSecretValue} of the secret × $5, each per million`,
      MONTH_DAYS *
        ((day.PutObject + day.ListObjectsV2) * PRICES.s3Write +
          day.GetObject * PRICES.s3Look +
          day.GetSecretValue * PRICES.secretRequest +
          day.GetQueueAttributes * PRICES.sqsRequest),
    ),
    both(
      'Requests of the rotation',
      `${ROTATIONS} × ${rotationRequests} × $5 per million`,
      ROTATIONS * rotationRequests * PRICES.secretRequest,
    ),
    both(
      'KMS requests of both',
      `(${ROTATIONS} × ${rotation.GetSecretValue + rotation.PutSecretValue} + 730 × 3) × $3 per million`,
      (ROTATIONS * (rotation.GetSecretValue + rotation.PutSecretValue) + MONTH_HOURS * 3) * PRICES.kmsRequest,
    ),
    both(
      'Lambda, logs and traces of both',
      `730 × ${SECONDS.reconcile} s × 0.5 GB and ${ROTATIONS} × ${SECONDS.rotation} s × 0.25 GB; ${runs.toLocaleString('en')} runs`,
      (MONTH_HOURS * SECONDS.reconcile * GB.move + ROTATIONS * SECONDS.rotation * GB.refresh) *
        PRICES.gbSecond +
        runs * (PRICES.invocation + PRICES.trace + logDollars(COUNTED.logBytes + PLATFORM_LOG_BYTES)),
    ),
  ];
};

const STORING_SECONDS = 3 * SECONDS.genesys + SECONDS.download + 5 * SECONDS.aws;
const VAIN_SECONDS = SECONDS.genesys + 2 * SECONDS.aws;

/** What one voicemail costs that its first delivery finds, and what each delivery in vain before that costs; US dollars. */
export const voicemailItems = (): readonly Item[] => {
  const { voicemail, deliveryInVain } = COUNTED;
  return [
    ['S3 writes', `${voicemail.PutObject} × $5 per million`, voicemail.PutObject * PRICES.s3Write, 0],
    ['S3 looks', `${voicemail.look} × $0.40 per million`, voicemail.look * PRICES.s3Look, 0],
    [
      'S3 lists',
      `none, after one in vain ${deliveryInVain.list} × $5 per million`,
      0,
      deliveryInVain.list * PRICES.s3Write,
    ],
    [
      'Lambda',
      `${STORING_SECONDS.toFixed(2)} s, in vain ${VAIN_SECONDS.toFixed(2)} s, × 0.5 GB × $0.0000133334, and $0.20 per million runs`,
      STORING_SECONDS * GB.move * PRICES.gbSecond + PRICES.invocation,
      VAIN_SECONDS * GB.move * PRICES.gbSecond + PRICES.invocation,
    ],
    [
      'SQS requests',
      'send, receive and delete; in vain receive and hide; × $0.40 per million',
      3 * PRICES.sqsRequest,
      (1 + deliveryInVain.ChangeMessageVisibility) * PRICES.sqsRequest,
    ],
    ['Partner event', '1 × $1 per million', PRICES.partnerEvent, 0],
    [
      'Logs',
      `${(COUNTED.logBytes + PLATFORM_LOG_BYTES) / 1e3} kB a run × ($0.50 + 12 months × $0.03 per GB)`,
      logDollars(COUNTED.logBytes + PLATFORM_LOG_BYTES),
      logDollars(COUNTED.logBytes + PLATFORM_LOG_BYTES),
    ],
    ['Trace', '1 a run × $5 per million', PRICES.trace, PRICES.trace],
  ];
};

/** Requests that all voicemails of five minutes share: the secret's, its key's, and the key's for the queue and the bucket. */
const SPAN_DOLLARS = PRICES.secretRequest + 4 * PRICES.kmsRequest;

const MONTHS = [1_000, 100_000] as const;

/** What a month costs with 1,000 voicemails and with 100,000, in full. */
export const monthItems = (fixed: readonly Item[]): readonly Item[] => {
  const one = sum(voicemailItems(), 0) + IN_VAIN * sum(voicemailItems(), 1);
  return [
    ['Fixed costs', 'the table above, full', ...MONTHS.map(() => sum(fixed, 0))],
    [
      'Voicemails',
      `each × $${one.toFixed(7)}: found by the third delivery`,
      ...MONTHS.map((voicemails) => voicemails * one),
    ],
    [
      'What those of five minutes share',
      'in each of at most 8,760 spans 1 read of the secret × $5 and 4 KMS requests × $3 per million',
      ...MONTHS.map((voicemails) => Math.min(voicemails * (1 + IN_VAIN), SPANS) * SPAN_DOLLARS),
    ],
    [
      'S3 storage',
      '0.5 MB each × 13 months × $0.023 per GB',
      ...MONTHS.map((voicemails) => voicemails * VOICEMAIL_GB * MONTHS_HELD * PRICES.s3GbMonth),
    ],
  ];
};

/** The rows of a bill and its total, which is that of the rows as they are shown. */
export const billRows = (
  items: readonly Item[],
  { factor = 1, digits = 2 }: { readonly factor?: number; readonly digits?: number } = {},
): readonly (readonly string[])[] => {
  const shown = items.map(([name, arithmetic, ...dollars]) => ({
    name,
    arithmetic,
    dollars: dollars.map((each) => (factor * each).toFixed(digits)),
  }));
  const columns = shown[0]?.dollars.map((_, column) =>
    shown.reduce((total, { dollars }) => total + Number(dollars[column]), 0).toFixed(digits),
  );
  return [
    ...shown.map(({ name, arithmetic, dollars }) => [name, arithmetic, ...dollars]),
    ['**Total**', '', ...(columns ?? []).map((total) => `**${total}**`)],
  ];
};
