package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.proto.MalformedProtoException;
import dev.merpati.simulator.proto.ProtoMessage;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * libsignal's {@code SignalMessage}, version 3: a version byte, {@code {ratchetKey=1, counter=2, previousCounter=3,
 * ciphertext=4}}, and the first 8 bytes of an HMAC over both identities and all that precedes it.
 *
 * @param ratchetKey the sender's current ratchet key, 32 bytes
 * @param signed version byte and protobuf: what the MAC covers besides the identities
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WhisperMessage(byte[] ratchetKey, int counter, byte[] ciphertext, byte[] signed, byte[] mac) {
    /** Current and oldest understood version, both 3. */
    static final byte VERSION = 0x33;

    private static final int MAC_BYTES = 8;

    static WhisperMessage parse(byte[] bytes) throws SignalException {
        if (bytes.length <= MAC_BYTES + 1 || bytes[0] >>> 4 != 3) {
            throw malformed("not a version 3 message");
        }
        byte[] signed = Arrays.copyOf(bytes, bytes.length - MAC_BYTES);
        try {
            ProtoMessage fields = ProtoMessage.parse(Arrays.copyOfRange(signed, 1, signed.length));
            return new WhisperMessage(
                    Keys.untyped(fields.requiredBytes(1)),
                    (int) fields.requiredNumber(2),
                    fields.requiredBytes(4),
                    signed,
                    Arrays.copyOfRange(bytes, signed.length, bytes.length));
        } catch (MalformedProtoException | IllegalArgumentException e) {
            throw malformed(e.toString());
        }
    }

    static byte[] write(
            byte[] ratchetKey,
            int counter,
            int previousCounter,
            byte[] ciphertext,
            byte[] macKey,
            byte[] senderIdentity,
            byte[] receiverIdentity) {
        byte[] fields = ProtoMessage.builder()
                .bytes(1, Keys.typed(ratchetKey))
                .number(2, counter)
                .number(3, previousCounter)
                .bytes(4, ciphertext)
                .build();
        byte[] signed = Bytes.concat(new byte[] {VERSION}, fields);
        return Bytes.concat(signed, mac(signed, macKey, senderIdentity, receiverIdentity));
    }

    boolean isAuthentic(byte[] macKey, byte[] senderIdentity, byte[] receiverIdentity) {
        return MessageDigest.isEqual(mac, mac(signed, macKey, senderIdentity, receiverIdentity));
    }

    private static byte[] mac(byte[] signed, byte[] macKey, byte[] senderIdentity, byte[] receiverIdentity) {
        byte[] full = Hash.hmac(macKey, Keys.typed(senderIdentity), Keys.typed(receiverIdentity), signed);
        return Arrays.copyOf(full, MAC_BYTES);
    }

    private static SignalException malformed(String detail) {
        return new SignalException(SignalException.Reason.MALFORMED, "No Signal message: " + detail);
    }
}
