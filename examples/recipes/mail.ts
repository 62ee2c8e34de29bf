import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { audioOf, inWords, onStored } from './stored-voicemail';

const ses = new SESv2Client({});

/** Mails each voicemail, with its audio attached, from MAIL_FROM to MAIL_TO. SES takes messages of up to 40 MB. */
export const handler = onStored('mail', async (voicemail) => {
  const text = inWords(voicemail);
  await ses.send(
    new SendEmailCommand({
      FromEmailAddress: process.env['MAIL_FROM'],
      Destination: { ToAddresses: [process.env['MAIL_TO'] ?? ''] },
      Content: {
        Simple: {
          Subject: { Data: text },
          Body: { Text: { Data: `${text}\nVoicemail id ${voicemail.voicemailId}` } },
          Attachments: [
            {
              FileName: voicemail.audioFile,
              ContentType: voicemail.contentType,
              RawContent: await audioOf(voicemail),
            },
          ],
        },
      },
    }),
  );
});
