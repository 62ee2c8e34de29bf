/** No country has this code, so that nothing else looks like the number of a caller. */
const PREFIX = '99915550';

/** The address of the caller of an event, as Genesys writes it. */
export const callerAddress = (index: number): string => `tel:+${PREFIX}${String(index).padStart(6, '0')}`;

/** Finds the numbers of callers, and the number that they called. */
export const PHONE_NUMBER = new RegExp(`${PREFIX}\\d{6}|\\+1555010\\d`);

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Which planned event a conversation or a voicemail belongs to. Their ids differ from run to run, so whatever is drawn by the
 * seed is drawn by the number of the event.
 */
export class Subjects {
  readonly #indexById = new Map<string, number>();

  add(id: string, index: number): void {
    this.#indexById.set(id, index);
  }

  /** The event that a text speaks of, such as a path, an ARN or a message: that of the last known id in it. */
  in(text: string): number | undefined {
    for (const id of (text.match(UUID) ?? []).reverse()) {
      const index = this.#indexById.get(id);
      if (index !== undefined) {
        return index;
      }
    }
    return undefined;
  }
}
