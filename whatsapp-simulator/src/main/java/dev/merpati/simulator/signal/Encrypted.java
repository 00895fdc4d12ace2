package dev.merpati.simulator.signal;

import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Arrays;
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

    /** Returns it with another MAC than it should have: nobody can decrypt it. */
    public byte[] withWrongMac() {
        byte[] spoiled = bytes.clone();
        spoiled[macEnd() - 1] ^= 1;
        return spoiled;
    }

    /** Behind the message in a pre-key message are numbers that nobody reads when the session has begun. */
    private int macEnd() {
        if (kind == Kind.MSG) {
            return bytes.length;
        }
        byte[] message = ProtoMessage.parse(Arrays.copyOfRange(bytes, 1, bytes.length))
                .bytes(PreKeyMessage.MESSAGE)
                .orElseThrow();
        for (int start = bytes.length - message.length; start > 0; start--) {
            if (Arrays.equals(bytes, start, start + message.length, message, 0, message.length)) {
                return start + message.length;
            }
        }
        throw new IllegalStateException("A pre-key message without a message");
    }
}
