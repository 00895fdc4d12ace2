package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.crypto.Primitives;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a collection of the app state is known: its version, a sum over all its values that does not depend on their
 * order ("LT hash"), and the MAC of each value, which is subtracted when the value goes (whatsmeow {@code appstate/hash.go}).
 */
final class AppStateCollection {
    private static final int HASH_BYTES = 128;
    private static final int MAC_BYTES = 32;
    private static final byte[] LABEL = "WhatsApp Patch Integrity".getBytes(StandardCharsets.UTF_8);

    private long version;
    private final byte[] hash;
    private final Map<ByteBuffer, byte[]> valueMacs;

    private AppStateCollection(long version, byte[] hash, Map<ByteBuffer, byte[]> valueMacs) {
        this.version = version;
        this.hash = hash;
        this.valueMacs = valueMacs;
    }

    static AppStateCollection empty() {
        return new AppStateCollection(0, new byte[HASH_BYTES], new LinkedHashMap<>());
    }

    /** Reads what {@link #toBytes} wrote; null and anything else is an empty one. */
    static AppStateCollection of(byte @Nullable [] stored) {
        AppStateCollection collection = empty();
        if (stored == null
                || stored.length < Long.BYTES + HASH_BYTES
                || (stored.length - Long.BYTES - HASH_BYTES) % (2 * MAC_BYTES) != 0) {
            return collection;
        }
        ByteBuffer in = ByteBuffer.wrap(stored);
        collection.version = in.getLong();
        in.get(collection.hash);
        while (in.hasRemaining()) {
            byte[] index = new byte[MAC_BYTES];
            byte[] value = new byte[MAC_BYTES];
            in.get(index).get(value);
            collection.valueMacs.put(ByteBuffer.wrap(index), value);
        }
        return collection;
    }

    byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + HASH_BYTES + valueMacs.size() * 2 * MAC_BYTES)
                .putLong(version)
                .put(hash);
        valueMacs.forEach((index, value) -> out.put(index.duplicate()).put(value));
        return out.array();
    }

    AppStateCollection copy() {
        return new AppStateCollection(version, hash.clone(), new LinkedHashMap<>(valueMacs));
    }

    long version() {
        return version;
    }

    void version(long now) {
        version = now;
    }

    byte[] hash() {
        return hash.clone();
    }

    void set(byte[] indexMac, byte[] valueMac) {
        remove(indexMac);
        valueMacs.put(ByteBuffer.wrap(indexMac), valueMac);
        add(valueMac, 1);
    }

    /** Removes a value; one that is not there is passed over, as whatsmeow does. */
    void remove(byte[] indexMac) {
        byte[] before = valueMacs.remove(ByteBuffer.wrap(indexMac));
        if (before != null) {
            add(before, -1);
        }
    }

    /** Adds or subtracts sixteen-bit words, the low byte first, each for itself. */
    private void add(byte[] valueMac, int sign) {
        byte[] term = Primitives.hkdf(valueMac, LABEL, HASH_BYTES);
        ByteBuffer sums = ByteBuffer.wrap(hash).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer terms = ByteBuffer.wrap(term).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < HASH_BYTES; i += Short.BYTES) {
            sums.putShort(i, (short) (sums.getShort(i) + sign * terms.getShort(i)));
        }
    }

    static boolean isMac(byte[] bytes) {
        return bytes.length == MAC_BYTES;
    }

    /** Splits what is sealed into ciphertext and MAC; the MAC is the second. */
    static byte[][] split(byte[] blob) {
        int at = Math.max(0, blob.length - MAC_BYTES);
        return new byte[][] {Arrays.copyOf(blob, at), Arrays.copyOfRange(blob, at, blob.length)};
    }
}
