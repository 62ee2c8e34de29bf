import type { Agent } from 'node:http';
import type { MoveVoicemailToS3Settings } from '../contract/environment';
import type { Deadline } from '../deadline';
import { mediaAgents } from './connection';
import { downloadMedia, type Media } from './download';

/** Lives as long as the container: connections to media hosts, and the memory that recordings pass through. */
export class Downloads {
  /** One recording at a time passes through it. */
  readonly memory: Buffer;
  readonly #settings: MoveVoicemailToS3Settings;
  readonly #agentOf: (url: URL) => Agent;

  constructor(settings: MoveVoicemailToS3Settings, memoryBytes: number) {
    this.memory = Buffer.allocUnsafeSlow(memoryBytes);
    this.#settings = settings;
    this.#agentOf = mediaAgents(settings.MEDIA_CONNECT_TIMEOUT_MS);
  }

  /** Begins a download, as {@link downloadMedia} does, within the deployment's limits. */
  begin(signedUrl: string, deadline: Deadline): Promise<Media> {
    const { GENESYS_MEDIA_ORIGINS, MEDIA_HOSTS, GENESYS_REGION, MEDIA_IDLE_TIMEOUT_MS, MAXIMUM_AUDIO_BYTES } =
      this.#settings;
    return downloadMedia(signedUrl, {
      hosts: { origins: GENESYS_MEDIA_ORIGINS, hosts: MEDIA_HOSTS, region: GENESYS_REGION },
      agentOf: this.#agentOf,
      idleTimeoutMs: MEDIA_IDLE_TIMEOUT_MS,
      maximumBytes: MAXIMUM_AUDIO_BYTES,
      deadline,
    });
  }
}
