package dev.merpati.simulator.signal;

import java.util.Locale;

/** A ciphertext and the {@code type} under which it travels in an {@code enc} node. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Encrypted(Kind kind, byte[] bytes) {
    /** The two kinds of pairwise messages. */
    public enum Kind {
        /** It carries what the recipient needs to begin the session. */
        PKMSG,
        MSG;

        /** The value of the {@code type} attribute. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
