package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.proto.MalformedProtoException;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * libsignal's {@code PreKeySignalMessage}, version 3: a version byte and {@code {preKeyId=1, baseKey=2, identityKey=3,
 * message=4, registrationId=5, signedPreKeyId=6}}.
 *
 * @param preKeyId the recipient's one-time pre-key, if one was left when the sender asked
 * @param baseKey the sender's ephemeral key, 32 bytes; it names the session
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PreKeyMessage(
        OptionalInt preKeyId,
        int signedPreKeyId,
        byte[] baseKey,
        byte[] identityKey,
        int registrationId,
        WhisperMessage message) {

    static final int MESSAGE = 4;

    static PreKeyMessage parse(byte[] bytes) throws SignalException {
        if (bytes.length < 2 || bytes[0] >>> 4 != 3) {
            throw malformed("not a version 3 message");
        }
        try {
            ProtoMessage fields = ProtoMessage.parse(Arrays.copyOfRange(bytes, 1, bytes.length));
            return new PreKeyMessage(
                    fields.has(1) ? OptionalInt.of((int) fields.requiredNumber(1)) : OptionalInt.empty(),
                    (int) fields.requiredNumber(6),
                    Keys.untyped(fields.requiredBytes(2)),
                    Keys.untyped(fields.requiredBytes(3)),
                    (int) fields.number(5).orElse(0),
                    WhisperMessage.parse(fields.requiredBytes(MESSAGE)));
        } catch (MalformedProtoException | IllegalArgumentException e) {
            throw malformed(e.toString());
        }
    }

    static byte[] write(PendingPreKey pending, int registrationId, byte[] identityKey, byte[] message) {
        ProtoBuilder fields = ProtoMessage.builder();
        if (pending.preKeyId() != null) {
            fields.number(1, pending.preKeyId());
        }
        fields.bytes(2, Keys.typed(pending.baseKey()))
                .bytes(3, Keys.typed(identityKey))
                .bytes(MESSAGE, message)
                .number(5, registrationId)
                .number(6, pending.signedPreKeyId());
        return Bytes.concat(new byte[] {WhisperMessage.VERSION}, fields.build());
    }

    private static SignalException malformed(String detail) {
        return new SignalException(SignalException.Reason.MALFORMED, "No pre-key message: " + detail);
    }
}
