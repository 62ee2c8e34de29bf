import * as v from 'valibot';

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/**
 * An id of Genesys Cloud: a UUID, in lower case.
 *
 * Nothing else ever becomes part of a URL or a key, so no id can reach another path than its own.
 */
export const genesysId = v.pipe(v.string(), v.regex(UUID, 'must be a UUID'), v.toLowerCase());
