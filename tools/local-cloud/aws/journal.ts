/** One call that the local AWS received, and its end. Holds no body and no secret. */
export interface JournalEntry {
  /** 1 for the first call that this server received. */
  readonly sequence: number;
  /** The signing name of the service, empty where the request named none that is known. */
  readonly service: string;
  /** The API operation; empty where the request was refused before it was known. */
  readonly operation: string;
  /** The ARN that the call names; `*` where it names none. */
  readonly resource: string;
  /** The ARN of the calling role; empty where the request was refused before it was known. */
  readonly principal: string;
  /** Condition keys, under IAM's names. */
  readonly context: Readonly<Record<string, string>>;
  /** When the call ended, in milliseconds since the Unix epoch, by the server's clock. */
  readonly atMs: number;
  /** The HTTP status; 0 where no answer was sent. */
  readonly status: number;
  /** The error code of the answer; `undefined` for a success and where no answer was sent. */
  readonly errorCode: string | undefined;
}

/** Every call that the local AWS received, oldest first. */
export class Journal {
  #entries: JournalEntry[] = [];

  /** The calls so far. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  record(entry: JournalEntry): void {
    this.#entries.push(entry);
  }

  /** Forgets the calls so far, so that a long run does not keep them all. */
  clear(): void {
    this.#entries = [];
  }
}
