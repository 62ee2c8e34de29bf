import type { ObjectVersion } from '../../../../local-cloud/aws/s3';

type Version = ObjectVersion | { readonly isDeleteMarker: true; readonly key: string };

/** The objects of one voicemail. */
export interface StoredVoicemail {
  readonly audio: readonly ObjectVersion[];
  readonly sidecars: readonly ObjectVersion[];
}

const NONE: StoredVoicemail = { audio: [], sidecars: [] };

/** The last segment of an archive's key: `<voicemail id>.<extension>`. */
const FILE = /([0-9a-f-]{36})\.([a-z]+)$/;

/** Content of the bucket at the end, by voicemail. */
export class StoredArchive {
  readonly versions: readonly ObjectVersion[];
  readonly extraVersions: number;
  readonly #byVoicemail = new Map<string, { audio: ObjectVersion[]; sidecars: ObjectVersion[] }>();

  constructor(all: readonly Version[]) {
    // The reconcile's memory is written again and again.
    const versions = all.filter(({ key }) => !key.endsWith('/_reconcile.json'));
    this.extraVersions = versions.length - new Set(versions.map(({ key }) => key)).size;
    this.versions = versions.filter((version): version is ObjectVersion => !version.isDeleteMarker);
    for (const version of this.versions) {
      const [, voicemailId = '', extension] = FILE.exec(version.key) ?? [];
      const objects = this.#byVoicemail.get(voicemailId) ?? { audio: [], sidecars: [] };
      this.#byVoicemail.set(voicemailId, objects);
      if (extension === 'json') {
        objects.sidecars.push(version);
      } else if (extension === 'webm') {
        objects.audio.push(version);
      }
    }
  }

  /** The objects of a voicemail. */
  of(voicemailId: string): StoredVoicemail {
    return this.#byVoicemail.get(voicemailId) ?? NONE;
  }

  /** Whether audio and sidecar are there. */
  holds(voicemailId: string): boolean {
    const { audio, sidecars } = this.of(voicemailId);
    return audio.length > 0 && sidecars.length > 0;
  }

  /** Keys of voicemails beyond one for the audio and one for the sidecar. */
  get duplicateObjects(): number {
    const keys = (versions: readonly ObjectVersion[]) => new Set(versions.map(({ key }) => key)).size;
    return [...this.#byVoicemail.values()].reduce(
      (sum, { audio, sidecars }) => sum + Math.max(0, keys(audio) - 1) + Math.max(0, keys(sidecars) - 1),
      0,
    );
  }
}
