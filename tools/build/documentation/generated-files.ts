import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorSchema } from '../../../modules/deployment/editor-schema';
import { fillLeastPrivilege } from '../least-privilege';
import { withTables } from './filled-tables';
import { dashboardPicture, formPicture } from './pictures';
import { propsFile } from './props-file';
import { publishedSchemas } from './published-schemas';
import { dashboardBody } from './tables';

const ROOT = join(__dirname, '../../..');

/** A committed file that is made from code, whole or in its tables. */
export interface GeneratedFile {
  /** Relative to the project. */
  readonly path: string;
  /** The file's text as it is; empty where the file is new. */
  readonly current: string;
  /** The file's text as the code makes it now. */
  readonly wanted: string;
}

const formatted = (path: string, text: string): string =>
  execFileSync(join(ROOT, 'node_modules/.bin/biome'), ['format', `--stdin-file-path=${path}`], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  });

const OAUTH_CLIENT = [
  ['Grant type', 'Code Authorization'],
  ['Token duration', '86400 seconds'],
  ['Authorized redirect URI', 'http://127.0.0.1:8765/callback'],
  ['Scope', 'voicemail:readonly, conversations:readonly, user-basic-info'],
  ['after Save', 'client id, and the client secret, which is shown once'],
] as const;

const EVENT_INTEGRATION = [
  ['AWS account id', 'the account that you deploy to'],
  ['AWS account region', 'the region that you deploy to'],
  ['Event source suffix', 'voicemail'],
  ['Topic filtering', 'v2.detail.events.conversation.{id}.voicemail.end'],
  ['Status', 'Active'],
] as const;

/** How each file is made, from what it is now. */
const MAKERS: Readonly<Record<string, (current: string, path: string) => string>> = {
  'docs/assumptions.md': withTables,
  'docs/module.md': withTables,
  'docs/operations.md': withTables,
  'docs/pipeline.md': withTables,
  'docs/scale.md': withTables,
  'tools/build/hcl-module/template/README.md': withTables,
  'docs/least-privilege.md': (current) => fillLeastPrivilege(ROOT, current),
  'modules/genesys-voicemail-to-s3/options/props.ts': (_, path) => formatted(path, propsFile()),
  'deployments/schema/deployment.schema.json': (_, path) => formatted(path, editorSchema()),
  'docs/pictures/dashboard.svg': () => dashboardPicture(dashboardBody()),
  'docs/pictures/oauth-client.svg': () =>
    formPicture('Admin > Integrations > OAuth > Add client', OAUTH_CLIENT),
  'docs/pictures/event-integration.svg': () =>
    formPicture('Admin > Integrations > Amazon EventBridge Source', EVENT_INTEGRATION),
  ...Object.fromEntries(
    publishedSchemas().map(({ fileName, schema }) => [
      `docs/schemas/${fileName}`,
      (_: string, path: string) => formatted(path, JSON.stringify(schema)),
    ]),
  ),
};

/** The path of every file that `npm run docs` writes, relative to the project. */
export const GENERATED_FILES: readonly string[] = Object.keys(MAKERS);

/**
 * Makes one of the generated files anew, without writing it. The functions have to be built already.
 *
 * @throws UnknownTableError, UndocumentedError or PlaceMissingError where a document does not fit the code.
 */
export const generate = (path: string): GeneratedFile => {
  const make = MAKERS[path];
  if (make === undefined) {
    throw new Error(`${path} is not made from code; expected one of ${GENERATED_FILES.join(', ')}`);
  }
  const file = join(ROOT, path);
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return { path, current, wanted: make(current, path) };
};
