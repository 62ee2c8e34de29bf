import { ASSUMPTIONS, PRICES } from './prices';

const MEGABYTES_PER_GIGABYTE = 1_000;
const KILOBYTES_PER_GIGABYTE = 1_000_000;

/** What one instance of the module costs in a month before the first voicemail, in US dollars. */
export const fixedUsdPerMonth = (): number =>
  PRICES.kmsKeyMonth.usd +
  PRICES.secretMonth.usd +
  PRICES.dashboardMonth.usd +
  ASSUMPTIONS.alarms.value * PRICES.alarmMonth.usd +
  ASSUMPTIONS.metrics.value * PRICES.metricMonth.usd;

/**
 * What one more voicemail costs until the end of its retention, in US dollars.
 *
 * @param deliveries to the function; all but one in vain
 */
export const usdPerVoicemail = (deliveries: number): number => {
  const seconds = ASSUMPTIONS.secondsPerVoicemail.value + (deliveries - 1) * ASSUMPTIONS.secondsInVain.value;
  const lambda = seconds * ASSUMPTIONS.memoryGb.value * PRICES.lambdaGbSecond.usd;
  // Each delivery is received, and then deleted or hidden. Batches would make it less.
  const sqs = (1 + 2 * deliveries) * PRICES.sqsRequest.usd;
  const gigabytes = ASSUMPTIONS.megabytesPerVoicemail.value / MEGABYTES_PER_GIGABYTE;
  const s3 = 2 * PRICES.s3Write.usd + gigabytes * ASSUMPTIONS.storedMonths.value * PRICES.s3GbMonth.usd;
  const logs = (deliveries * ASSUMPTIONS.logKilobytes.value * PRICES.logsGb.usd) / KILOBYTES_PER_GIGABYTE;
  const perDelivery = deliveries * (PRICES.lambdaRequest.usd + PRICES.trace.usd);
  return PRICES.partnerEvent.usd + lambda + sqs + s3 + logs + perDelivery;
};
