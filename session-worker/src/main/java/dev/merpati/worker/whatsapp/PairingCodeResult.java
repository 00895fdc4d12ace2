package dev.merpati.worker.whatsapp;

import java.time.Instant;

/** How the request for a pairing code ended. */
public sealed interface PairingCodeResult {
    /**
     * The phone's owner can type it in.
     *
     * @param code eight characters, {@code ABCD-EFGH}
     * @param expiresAt when WhatsApp stops to accept it, at the latest
     */
    record Code(String code, Instant expiresAt) implements PairingCodeResult {
        /** Leaves the code out, since whoever has it and the phone can pair with the session. */
        @Override
        public String toString() {
            return "Code[expiresAt=" + expiresAt + "]";
        }
    }

    /** WhatsApp refused to make one; {@code reason} is its code. */
    record Refused(int reason) implements PairingCodeResult {}

    /** This connection cannot be paired, or not any more: another one may. */
    record NotPairing(String detail) implements PairingCodeResult {}
}
