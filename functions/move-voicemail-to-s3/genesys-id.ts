import * as v from 'valibot';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * An id of Genesys Cloud: a UUID, in lower case.
 *
 * Nothing else ever becomes part of a URL or a key, so no id can reach another path than its own.
 */
export const genesysId = v.pipe(v.string(), v.regex(UUID, 'must be a UUID'), v.toLowerCase());
