/*
 * The build puts this in the place of `@smithy/core/event-streams`, so its names are fixed by the SDK's clients. Only
 * operations that stream events, such as S3's SelectObjectContent, need the original.
 */

/** An operation streams events. */
class EventStreamsLeftOutError extends Error {
  override readonly name = 'EventStreamsLeftOutError';

  constructor() {
    super('the bundle has no event streams; take the alias of @smithy/core/event-streams out of the build');
  }
}

/** Stands for what every client asks for as it is made. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

/** Stands for what makes a client's marshaller. */
export const eventStreamSerdeProvider = (): undefined => undefined;

/** Stands for what reads and writes event streams. */
export class EventStreamSerde {
  constructor() {
    throw new EventStreamsLeftOutError();
  }
}
