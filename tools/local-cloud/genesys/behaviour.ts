/** Switches of the simulator's behaviour. Most are points on which Genesys publishes nothing. */
export interface GenesysBehaviour {
  /** A refresh ends the access tokens of the same grant at once. @default true, the strictest reading */
  readonly refreshEndsOldAccessToken: boolean;
  /** A refresh answers without a new refresh token; the one presented then stays good. @default false */
  readonly omitRefreshToken: boolean;
  /** A refresh token that was spent works again, and again. @default false */
  readonly refreshTokensWorkAgain: boolean;
  /** Presenting a spent refresh token ends every token of its grant (RFC 9700, 4.14.2). @default false */
  readonly reuseEndsFamily: boolean;
  /** A new grant of the same client and user ends the tokens of the one before. @default false */
  readonly secondLoginEndsFirst: boolean;
  /** Order of every voicemail listing, by creation. @default oldest-first */
  readonly listingOrder: 'oldest-first' | 'newest-first';
  /** Whether `GET /conversations/callbacks/{conversationId}` may be read, or is refused with 403. @default allowed */
  readonly conversationLookup: 'allowed' | 'forbidden';
  /** Requests a minute for each token. @default 300 */
  readonly requestsPerMinute: number;
  /** Seconds that a media URL is good for. @default 3600 */
  readonly mediaUrlLifetimeSeconds: number;
  /** Seconds within which an authorization code must be exchanged. @default 300 */
  readonly authorizationCodeLifetimeSeconds: number;
  /** Where the media host redirects (302) every well-signed request; `null` serves the audio. @default null */
  readonly mediaRedirectTo: string | null;
  /** Handed out as every `mediaFileUri`; `null` hands out a signed URL of the media host. @default null */
  readonly mediaFileUri: string | null;
  /**
   * The organization's inactivity timeout in seconds, 300 to 28800; `null` is off. While it is on, a token that rests that
   * long is dead, and no refresh token is issued.
   *
   * @default null
   */
  readonly idleTokenTimeoutSeconds: number | null;
  /** The addresses from which the organization's settings allow API calls; empty allows all. @default none */
  readonly ipAddressAllowlist: readonly string[];
}

/** How the simulator behaves unless told otherwise. */
export const DEFAULT_BEHAVIOUR: GenesysBehaviour = {
  refreshEndsOldAccessToken: true,
  omitRefreshToken: false,
  refreshTokensWorkAgain: false,
  reuseEndsFamily: false,
  secondLoginEndsFirst: false,
  listingOrder: 'oldest-first',
  conversationLookup: 'allowed',
  requestsPerMinute: 300,
  mediaUrlLifetimeSeconds: 3600,
  authorizationCodeLifetimeSeconds: 300,
  mediaRedirectTo: null,
  mediaFileUri: null,
  idleTokenTimeoutSeconds: null,
  ipAddressAllowlist: [],
};
