/** In whose mailbox a voicemail is: a queue's or a group's. */
export interface VoicemailOwner {
  readonly kind: 'queue' | 'group';
  readonly id: string;
}
