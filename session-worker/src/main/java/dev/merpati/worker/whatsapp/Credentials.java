package dev.merpati.worker.whatsapp;

/**
 * What makes a linked device: all that a worker on any machine needs to resume a session without a QR code, but for what
 * is in its {@link SessionRecords}. Opaque to everybody but the connector that made them, and as secret as the session
 * itself.
 *
 * @param keys the device's keys
 * @param store what else the connector keeps of the device
 */
@SuppressWarnings("ArrayRecordComponent") // handed on and stored, never compared
public record Credentials(byte[] keys, byte[] store, Sessions sessions) {

    /** Where the device's Signal sessions are. */
    public enum Sessions {
        /** Each in a record of its own. */
        IN_RECORDS,
        /** Among the keys, as releases before the records kept them; whatever records of sessions there are, is void. */
        IN_KEYS,
        /**
         * Nowhere: a release before the records was not closed properly, so that those among the keys can be behind those of
         * the recipients.
         */
        LOST
    }
}
