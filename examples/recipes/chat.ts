import { inWords, linkTo, onStored } from './stored-voicemail';

const LINK_SECONDS = 3600;

const slack = (text: string, link: string): object => ({ text: `${text}: <${link}|listen>` });

/** What a workflow "when a Teams webhook request is received" posts. */
const teams = (text: string, link: string): object => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        type: 'AdaptiveCard',
        version: '1.4',
        body: [{ type: 'TextBlock', text, wrap: true }],
        actions: [{ type: 'Action.OpenUrl', title: 'Listen', url: link }],
      },
    },
  ],
});

/** Posts each voicemail to the incoming webhook CHAT_WEBHOOK of Slack, or of Teams where CHAT_KIND is `teams`. */
export const handler = onStored('chat', async (voicemail) => {
  const message = process.env['CHAT_KIND'] === 'teams' ? teams : slack;
  const answer = await fetch(process.env['CHAT_WEBHOOK'] ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message(inWords(voicemail), await linkTo(voicemail, LINK_SECONDS))),
  });
  if (!answer.ok) {
    throw new Error(`the chat answered ${answer.status}`);
  }
});
