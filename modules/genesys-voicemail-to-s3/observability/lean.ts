import { MOVE_VOICEMAIL_METRIC } from '../../../functions/move-voicemail-to-s3/contract/metrics';
import { METRIC } from '../../../functions/refresh-auth-token/contract/metrics';

/*
 * What `observability: 'lean'` keeps. Together these alarms see every loss, only later and with less detail: each reads a
 * metric that AWS publishes for nothing, or one of the functions' own that is seldom published.
 */

/** The ids of the alarms; the rules' have a number behind them. */
export const LEAN_ALARMS: readonly string[] = [
  'failed',
  'stuck',
  'giving-back',
  'undelivered',
  'event-lost',
  'refresh-auth-token-errors',
  'move-voicemail-to-s3-errors',
  'rotation-failed',
  'reauthorization-required',
  'rotation-missing',
];

/** The metrics of the functions that those alarms read; no other one is published. */
export const LEAN_METRICS = {
  move: [MOVE_VOICEMAIL_METRIC.oldestGivenBackAgeSeconds],
  refresh: [METRIC.rotationSucceeded, METRIC.rotationFailed],
} as const;
