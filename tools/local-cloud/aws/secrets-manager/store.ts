import { resourceNotFound } from './errors';
import type { Secret } from './secret';

interface Entry {
  readonly current: Secret;
  /** As it was before the last change: what a lagging read still sees. */
  readonly previous: Secret | undefined;
}

/** The secrets of one account and region. */
export class SecretStore {
  readonly #entries = new Map<string, Entry>();
  #staleReads = 0;
  #staleView: Secret | undefined;

  /** The ARNs of all secrets. */
  get arns(): readonly string[] {
    return [...this.#entries.keys()];
  }

  add(secret: Secret): void {
    this.#entries.set(secret.arn, { current: secret, previous: undefined });
  }

  remove(arn: string): void {
    this.#entries.delete(arn);
  }

  /** Finds a secret by its name, its ARN, or its ARN without the six random characters. */
  lookUp(secretId: string): Secret | undefined {
    for (const { current } of this.#entries.values()) {
      if ([current.name, current.arn, current.arn.slice(0, -'-XXXXXX'.length)].includes(secretId)) {
        return current;
      }
    }
    return undefined;
  }

  /** @throws AwsError `ResourceNotFoundException` where there is no such secret. */
  find(secretId: string): Secret {
    const secret = this.lookUp(secretId);
    if (secret === undefined) {
      throw resourceNotFound();
    }
    return secret;
  }

  /**
   * The secret as a read sees it: one step behind while stale reads are asked for.
   *
   * @throws AwsError `ResourceNotFoundException` where there is no such secret.
   */
  findForRead(secretId: string): Secret {
    const secret = this.find(secretId);
    const previous = this.#staleView ?? this.#entries.get(secret.arn)?.previous;
    if (this.#staleReads === 0 || previous === undefined) {
      return secret;
    }
    this.#staleReads -= 1;
    return previous;
  }

  /**
   * Replaces a secret by the next one, in one step.
   *
   * @throws whatever `next` throws; the secret stays as it was then.
   */
  update(arn: string, next: (secret: Secret) => Secret): Secret {
    const { current } = this.#entries.get(arn) ?? {};
    if (current === undefined) {
      throw resourceNotFound();
    }
    const changed = next(current);
    if (changed !== current) {
      this.#entries.set(arn, { current: changed, previous: current });
    }
    return changed;
  }

  /** Notes something that no read depends on, and so must not count as a change that a read can lag behind. */
  annotate(arn: string, next: (secret: Secret) => Secret): void {
    const entry = this.#entries.get(arn);
    if (entry !== undefined) {
      this.#entries.set(arn, { ...entry, current: next(entry.current) });
    }
  }

  /** Lets the next `count` reads see secrets as they were before their last change, or as `view` has one. */
  serveStaleReads(count: number, view?: Secret): void {
    this.#staleReads = count;
    this.#staleView = view;
  }
}
