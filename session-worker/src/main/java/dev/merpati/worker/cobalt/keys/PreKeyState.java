package dev.merpati.worker.cobalt.keys;

import it.auties.whatsapp.model.signal.keypair.SignalSignedKeyPair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a device's pre-keys beside the one-time keys themselves. This record, not the credentials, says which
 * signed pre-key is current, so that a rotation is one write.
 *
 * <p>Format: version (1 byte, 1); the three ids (4 bytes each); the three times (8 bytes each, seconds); the length of the
 * hash (1 byte) and the hash; whether there is a candidate (1 byte); then the candidate, the current and the previous
 * signed keys: id (4 bytes), private key, public key (32 bytes each), signature (64 bytes).
 */
record PreKeyState(Ids ids, Signed signed, Check check) {
    static final String RECORD = "pre-key-state";
    /** Ids have three bytes (Baileys {@code encodeBigEndian(id, 3)}), and 0 is none. */
    static final int LARGEST_ID = 0xFF_FFFF;

    private static final byte VERSION = 1;
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;
    private static final int SIGNED_BYTES = Integer.BYTES + 2 * KEY_BYTES + SIGNATURE_BYTES;

    /**
     * The ids of one-time keys.
     *
     * @param next of the next one that is made
     * @param unoffered ids below it were offered to WhatsApp, perhaps in vain, or given to somebody: never again
     * @param oldest no key with a lower one is stored
     */
    record Ids(int next, int unoffered, int oldest) {
        Ids withNext(int newNext, int newUnoffered) {
            return new Ids(newNext, newUnoffered, oldest);
        }

        Ids withOldest(int newOldest) {
            return new Ids(next, unoffered, newOldest);
        }
    }

    /**
     * The signed pre-keys.
     *
     * @param previous earlier ones, the latest first, for messages that are under way
     * @param candidate the next one, which WhatsApp may have already
     * @param rotatedAt when the current one became so; the epoch when that is not known
     * @param retryAt before which no rotation is tried
     */
    record Signed(
            SignalSignedKeyPair current,
            List<SignalSignedKeyPair> previous,
            @Nullable SignalSignedKeyPair candidate,
            Instant rotatedAt,
            Instant retryAt) {
        /** Whoever was given an earlier key may have been away for as long as WhatsApp keeps messages. */
        private static final int MOST_PREVIOUS = 2;

        /** Returns the key of an id, also one that is current no more or not yet. */
        Optional<SignalSignedKeyPair> byId(int id) {
            return Stream.concat(Stream.concat(Stream.of(current), Stream.ofNullable(candidate)), previous.stream())
                    .filter(key -> key.id() == id)
                    .findFirst();
        }

        Signed withCandidate(@Nullable SignalSignedKeyPair newCandidate) {
            return new Signed(current, previous, newCandidate, rotatedAt, retryAt);
        }

        Signed withRotatedAt(Instant time) {
            return new Signed(current, previous, candidate, time, retryAt);
        }

        Signed withRetryAt(Instant time) {
            return new Signed(current, previous, candidate, rotatedAt, time);
        }

        /** The candidate is the current key from now on. */
        Signed promoted(SignalSignedKeyPair newCurrent, Instant now) {
            List<SignalSignedKeyPair> earlier = Stream.concat(Stream.of(current), previous.stream())
                    .limit(MOST_PREVIOUS)
                    .toList();
            return new Signed(newCurrent, earlier, null, now, Instant.EPOCH);
        }
    }

    /**
     * How WhatsApp's keys were compared with these.
     *
     * @param repairedAt when keys were last uploaded because they differed
     * @param verifiedHash WhatsApp's when it was last found to be right
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Check(Instant repairedAt, byte[] verifiedHash) {}

    /** @param firstId of the first one-time key that will be made */
    static PreKeyState initial(int firstId, int oldestId, SignalSignedKeyPair signed) {
        return new PreKeyState(
                new Ids(firstId, firstId, oldestId),
                new Signed(signed, List.of(), null, Instant.EPOCH, Instant.EPOCH),
                new Check(Instant.EPOCH, new byte[0]));
    }

    PreKeyState with(Ids newIds) {
        return new PreKeyState(newIds, signed, check);
    }

    PreKeyState with(Signed newSigned) {
        return new PreKeyState(ids, newSigned, check);
    }

    PreKeyState with(Check newCheck) {
        return new PreKeyState(ids, signed, newCheck);
    }

    byte[] encode() {
        SignalSignedKeyPair candidate = signed.candidate();
        byte[] hash = check.verifiedHash();
        int signedKeys = 1 + signed.previous().size() + (candidate == null ? 0 : 1);
        ByteBuffer record = ByteBuffer.allocate(
                        1 + 3 * Integer.BYTES + 3 * Long.BYTES + 2 + hash.length + signedKeys * SIGNED_BYTES)
                .put(VERSION)
                .putInt(ids.next())
                .putInt(ids.unoffered())
                .putInt(ids.oldest())
                .putLong(signed.rotatedAt().getEpochSecond())
                .putLong(signed.retryAt().getEpochSecond())
                .putLong(check.repairedAt().getEpochSecond())
                .put((byte) hash.length)
                .put(hash)
                .put((byte) (candidate == null ? 0 : 1));
        if (candidate != null) {
            put(record, candidate);
        }
        put(record, signed.current());
        signed.previous().forEach(key -> put(record, key));
        return record.array();
    }

    private static void put(ByteBuffer record, SignalSignedKeyPair key) {
        record.putInt(key.id()).put(key.privateKey()).put(key.publicKey()).put(key.signature());
    }

    /** @throws RuntimeException if that is no such record */
    static PreKeyState decode(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record);
        if (!buffer.hasRemaining() || buffer.get() != VERSION) {
            throw new IllegalArgumentException("the record is not of version " + VERSION);
        }
        Ids ids = new Ids(buffer.getInt(), buffer.getInt(), buffer.getInt());
        Instant rotatedAt = Instant.ofEpochSecond(buffer.getLong());
        Instant retryAt = Instant.ofEpochSecond(buffer.getLong());
        Instant repairedAt = Instant.ofEpochSecond(buffer.getLong());
        byte[] hash = bytes(buffer, Byte.toUnsignedInt(buffer.get()));
        SignalSignedKeyPair candidate = buffer.get() == 0 ? null : signed(buffer);
        SignalSignedKeyPair current = signed(buffer);
        List<SignalSignedKeyPair> previous = new ArrayList<>();
        while (buffer.hasRemaining()) {
            previous.add(signed(buffer));
        }
        return new PreKeyState(
                ids,
                new Signed(current, List.copyOf(previous), candidate, rotatedAt, retryAt),
                new Check(repairedAt, hash));
    }

    private static SignalSignedKeyPair signed(ByteBuffer buffer) {
        int id = buffer.getInt();
        byte[] privateKey = bytes(buffer, KEY_BYTES);
        byte[] publicKey = bytes(buffer, KEY_BYTES);
        return new SignalSignedKeyPair(id, publicKey, privateKey, bytes(buffer, SIGNATURE_BYTES));
    }

    private static byte[] bytes(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }
}
