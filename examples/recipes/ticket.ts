import { inWords, onStored } from './stored-voicemail';

/**
 * Opens a ticket for each voicemail at TICKET_URL, by the bearer token TICKET_TOKEN. A ticket lives longer than any link, so
 * it says how to find the recording.
 */
export const handler = onStored('ticket', async (voicemail) => {
  const { voicemailId, conversationId } = voicemail;
  const answer = await fetch(process.env['TICKET_URL'] ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${process.env['TICKET_TOKEN']}`,
    },
    body: JSON.stringify({
      externalId: voicemailId,
      subject: inWords(voicemail),
      description: `Conversation ${conversationId ?? 'unknown'}. To listen: genesys-voicemail find --voicemail ${voicemailId} --open`,
    }),
  });
  if (!answer.ok) {
    throw new Error(`the ticket system answered ${answer.status}`);
  }
});
