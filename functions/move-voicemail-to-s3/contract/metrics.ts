/**
 * What `MoveVoicemailToS3` counts, in the namespace `GenesysVoicemailToS3` with the dimension `service` = the function's name.
 *
 * Part of the function's contract with the module's alarms.
 */
export const MOVE_VOICEMAIL_METRIC = {
  /** Outcome: this delivery wrote the sidecar. */
  stored: 'VoicemailStored',
  /** Outcome: audio and sidecar were there before. */
  alreadyStored: 'VoicemailAlreadyStored',
  /** Outcome: no voicemail was found behind the event. */
  absent: 'VoicemailAbsent',
  /** Outcome: too short, outside the selection, personal, or erased. */
  skipped: 'VoicemailSkipped',
  /** Outcome: in the failures queue, with a class. */
  failed: 'VoicemailFailed',
  /** Stored, and nothing in the recording's bytes proves that it is whole: its original stays at Genesys. */
  unproven: 'VoicemailUnproven',
  /** A message went back to the queue; not an outcome. */
  givenBack: 'VoicemailGivenBack',
  /**
   * Seconds since it was first received, of the oldest message that a run gives back because something was refused, failed
   * or was turned away. A message that only waits for Genesys to publish its voicemail does not count before its waiting
   * time is over.
   */
  oldestGivenBackAgeSeconds: 'OldestGivenBackAgeSeconds',
  /** No token was usable for longer than a rotation takes: messages wait until somebody authorizes again. */
  tokenRefused: 'TokenRefused',
  /** One of several tokens was not usable for longer than a rotation takes; the others do its work meanwhile. */
  tokenLost: 'TokenLost',
  /** Genesys refused the function's IP address (401 `ip.not.authorized`); no login mends that. */
  addressNotAllowed: 'AddressNotAllowed',
  /** Genesys refused to disconnect, mark read or delete; the voicemail is stored all the same. */
  afterStoreRefused: 'AfterStoreRefused',
  /** Voicemails that one run of reconcile found missing and sent to the events queue. */
  reconcileSent: 'ReconcileSent',
  /** 1 for a run of reconcile that left its work to the next one because the events queue was deep, else 0. */
  reconcilePostponed: 'ReconcilePostponed',
  /** Mailboxes that reconcile may not list. */
  reconcileRefused: 'ReconcileRefused',
} as const;
