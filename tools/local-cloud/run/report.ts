/** An object of the archive beside the recording that it has to equal. Its names are those of the run's JSON. */
export interface MovedVoicemail {
  readonly key: string;
  readonly bytes: number;
  /** Lower-case hex, of the bytes read back from S3. */
  readonly sha256: string;
  /** Lower-case hex, of the recording at Genesys. */
  readonly sourceSha256: string;
}

/** Result of one rotation. Its names are those of the run's JSON. */
export interface RotationReport {
  /** Times that the refresh token which it started from was redeemed. */
  readonly redemptions: number;
  /** Whether AWSCURRENT holds the new pair. */
  readonly promoted: boolean;
}

/** Result of the run. Printed by `--json`, so its names are a contract. */
export interface RunReport {
  /** Whether everything held. */
  readonly ok: boolean;
  readonly rotations: readonly RotationReport[];
  readonly voicemails: { readonly left: number; readonly stored: number; readonly alreadyStored: number };
  readonly objects: readonly MovedVoicemail[];
}
