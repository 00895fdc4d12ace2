package dev.merpati.worker.whatsapp;

/**
 * All that a worker on any machine needs to resume a session without a QR code. Opaque to everybody but the connector
 * that made them, and as secret as the session itself.
 *
 * @param keys the device's keys and its Signal sessions
 * @param store what else the connector keeps of the session
 * @param settled false while a connection is open that may have used the keys since: the ratchets in a copy that is
 *     not settled can be behind those of the recipients, and a connector must not continue them unchecked
 */
@SuppressWarnings("ArrayRecordComponent") // handed on and stored, never compared
public record Credentials(byte[] keys, byte[] store, boolean settled) {}
