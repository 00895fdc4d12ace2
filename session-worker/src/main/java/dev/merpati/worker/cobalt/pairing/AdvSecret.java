package dev.merpati.worker.cobalt.pairing;

import dev.merpati.worker.cobalt.crypto.Primitives;

/**
 * The secret that a phone and this device share while they are paired: the phone proves with it that it has seen the
 * code. Pairing by code and by passkey replace the one that the QR codes carry. It is of no use after the pairing, and so
 * is not stored. Thread-safe.
 */
final class AdvSecret {
    private volatile byte[] bytes = Primitives.random(Primitives.KEY_BYTES);

    byte[] bytes() {
        return bytes;
    }

    void replace(byte[] by) {
        bytes = by;
    }
}
