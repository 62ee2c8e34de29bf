import { escapeUTF8 as escapeHtml } from 'entities';

const STYLE =
  ':root{color-scheme:light dark;--text:#1d2b36;--small:#5b6b77}' +
  '@media(prefers-color-scheme:dark){:root{--text:#e4ebf0;--small:#a3b2be}}' +
  'body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:14vh auto;padding:0 1.5rem;color:var(--text)}' +
  'h1{font-size:1.6rem;border-left:.4rem solid var(--mark);padding-left:1rem}p{overflow-wrap:anywhere}small{color:var(--small)}';

/** How a login ended, for the person who sits in front of the browser. */
export interface EndPage {
  readonly isGood: boolean;
  readonly title: string;
  readonly text: string;
}

/** Headers of every page: nothing is kept, nothing is loaded, nothing is told to anybody. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

/** A terminal's one line, `what; what follows; what to do`, as sentences that stand below each other. */
const sentencesOf = (text: string): readonly string[] =>
  text.split('; ').map((part) => {
    const sentence = part.charAt(0).toUpperCase() + part.slice(1);
    return sentence.endsWith('.') ? sentence : `${sentence}.`;
  });

/** Renders the page that ends a login. The simulator's pages are its own: what ships does not hang on `tools/local-cloud/`. */
export const renderEndPage = ({ isGood, title, text }: EndPage): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
  `<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>:root{--mark:${isGood ? '#2a7d3f' : '#b3261e'}}${STYLE}</style></head>` +
  `<body><main><h1>${escapeHtml(title)}</h1>${sentencesOf(text)
    .map((sentence) => `<p>${escapeHtml(sentence)}</p>`)
    .join('')}` +
  '<p><small>genesys-voicemail</small></p></main></body></html>';
