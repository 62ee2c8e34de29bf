/**
 * What `RefreshAuthToken` counts, in the namespace `METRICS_NAMESPACE`. Part of its contract with the module's alarms.
 *
 * Every metric has the dimension `service`, the function's own name. {@link METRIC.rotationFailed} is published twice:
 * once by `service` alone, and once with {@link FAILURE_KIND_DIMENSION} besides, so that an alarm can count either.
 */
export const METRIC = {
  /** Count: a new pair became AWSCURRENT. */
  rotationSucceeded: 'RotationSucceeded',
  /** Count: a step failed. */
  rotationFailed: 'RotationFailed',
  /** Count: writes of a granted pair that were repeated. */
  writeRetries: 'WriteRetries',
  /** Count: grants without an answer that could be read, so that the refresh token may or may not be spent. */
  ambiguousGrants: 'AmbiguousGrants',
  /** Seconds since the version that is AWSCURRENT was written. */
  tokenAgeSeconds: 'TokenAgeSeconds',
  /**
   * Seconds of life left of an access token: of the one in use when a rotation begins, then of the new one, from the
   * `expires_in` of its grant. Its minimum tells how near the token came to its end; less than one interval of the rotation
   * is too near. Not published where Genesys does not tell.
   */
  tokenLifeLeftSeconds: 'TokenLifeLeftSeconds',
  /** Count: the token lacks a scope that an option of the deployment needs; the rotation goes on all the same. */
  scopesMissing: 'ScopesMissing',
  /** Count: Genesys rejected the current pair, and one at another label went on in its place, perhaps of an older login. */
  refusedPairReplaced: 'RefusedPairReplaced',
} as const;

/** The dimension of {@link METRIC.rotationFailed} that holds one of {@link FAILURE_KINDS}. */
export const FAILURE_KIND_DIMENSION = 'kind';

/** Every kind of failure that is counted. The first two end only when a person acts. */
export const FAILURE_KINDS = [
  'ReauthorizationRequired',
  'NotAuthorizedYet',
  'ConfigurationInvalid',
  'TokenRefused',
  'AddressNotAllowed',
  'GrantAmbiguous',
  'NotEnoughTime',
  'RotationRefused',
  'RotationSuperseded',
  'TemporarilyUnavailable',
  'Unexpected',
] as const;

/** One kind of failure. */
export type FailureKind = (typeof FAILURE_KINDS)[number];
