import * as v from 'valibot';
import { genesysId } from '../../shared/genesys-id';

/** A field that is not an id is a hint: one of another form is as good as none, and costs no voicemail. */
export const hint = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.nullish(schema), null);

export const text = v.nullish(v.string());

/** An id that is safe in URLs and keys; `undefined` for anything else. */
export const readableId = (id: unknown): string | undefined => {
  const parsed = v.safeParse(genesysId, id);
  return parsed.success ? parsed.output : undefined;
};
