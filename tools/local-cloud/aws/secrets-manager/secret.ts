import type { RotationRules } from './rotation-schedule';

/** The staging labels that Secrets Manager itself moves. */
export const STAGE = {
  current: 'AWSCURRENT',
  pending: 'AWSPENDING',
  previous: 'AWSPREVIOUS',
} as const;

/** The protected data of a version; binary data is kept in the base64 form of the wire. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: string };

/**
 * One version of a secret.
 *
 * It begins empty where a rotation registers it, and takes its value once, for good. Without a label it is deprecated:
 * still readable by its id, hidden from listings, and free to be deleted.
 */
export interface SecretVersion {
  readonly versionId: string;
  /** `undefined` until somebody puts a value: only a rotation makes such a version. */
  readonly value: SecretValue | undefined;
  readonly stages: readonly string[];
  readonly createdAtMs: number;
  readonly lastAccessedAtMs: number | undefined;
}

/** How a secret rotates. */
export interface RotationConfiguration {
  readonly functionArn: string;
  readonly rules: RotationRules | undefined;
  /** When the next scheduled rotation starts, and the end of its window; in milliseconds since the Unix epoch. */
  readonly next: { readonly startsAtMs: number; readonly endsAtMs: number } | undefined;
}

/** One secret. Never changed in place: each operation makes the next one. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[] | undefined;
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
  readonly rotation: RotationConfiguration | undefined;
  readonly createdAtMs: number;
  readonly lastChangedAtMs: number;
  readonly lastAccessedAtMs: number | undefined;
  readonly lastRotatedAtMs: number | undefined;
}

/** The version with this id. */
export const findVersion = (secret: Secret, versionId: string): SecretVersion | undefined =>
  secret.versions.find((version) => version.versionId === versionId);

/** The version that carries this label. */
export const findStage = (secret: Secret, stage: string): SecretVersion | undefined =>
  secret.versions.find((version) => version.stages.includes(stage));
