/**
 * List prices of AWS in us-east-1, in US dollars, as commonly published in November 2026. Assumptions: they were not checked
 * against AWS's price list. No free tier, no tax, no VPC.
 */
export const PRICES = {
  kmsKeyMonth: { usd: 1, per: 'KMS key and month' },
  secretMonth: { usd: 0.4, per: 'secret and month' },
  alarmMonth: { usd: 0.1, per: 'alarm and month' },
  metricMonth: { usd: 0.3, per: 'metric of the functions and month' },
  dashboardMonth: { usd: 3, per: 'dashboard and month' },
  lambdaGbSecond: { usd: 0.000_013_333_4, per: 'GB-second of Lambda on arm64' },
  lambdaRequest: { usd: 0.2e-6, per: 'Lambda request' },
  sqsRequest: { usd: 0.4e-6, per: 'SQS request' },
  s3Write: { usd: 5e-6, per: 'S3 PUT request' },
  s3GbMonth: { usd: 0.023, per: 'GB in S3 and month' },
  partnerEvent: { usd: 1e-6, per: 'partner event' },
  logsGb: { usd: 0.5, per: 'GB of logs taken in' },
  trace: { usd: 5e-6, per: 'trace' },
} as const satisfies Readonly<Record<string, { readonly usd: number; readonly per: string }>>;

/** What the model takes for granted beside the prices, and could be otherwise for you. */
export const ASSUMPTIONS = {
  requestsPerVoicemail: {
    value: 3,
    meaning: 'requests to the Genesys API per voicemail; each action after the store adds one',
  },
  secondsPerVoicemail: { value: 1.5, meaning: 'seconds that one voicemail takes in the function' },
  secondsInVain: { value: 0.05, meaning: 'seconds of a delivery that the spent budget turns away' },
  memoryGb: { value: 0.5, meaning: 'GB of memory of the function: the default' },
  megabytesPerVoicemail: { value: 0.5, meaning: 'MB per voicemail' },
  storedMonths: { value: 13, meaning: 'months in S3: a year, and the 30 days after' },
  logKilobytes: { value: 3, meaning: 'kB of logs per delivery' },
  alarms: { value: 20, meaning: 'alarms per instance' },
  metrics: { value: 8, meaning: 'metrics of the functions per instance' },
  daysPerMonth: { value: 30, meaning: 'days like the simulated one in a month' },
} as const satisfies Readonly<Record<string, { readonly value: number; readonly meaning: string }>>;
