package dev.merpati.simulator.phone;

import dev.merpati.simulator.signal.PreKeyBundle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The public keys that a companion device uploaded, as the server keeps them. Thread-safe. */
public final class CompanionKeys {
    private static final int KEY_BYTES = 32;
    private static final int ENTRY_BYTES = Integer.BYTES + KEY_BYTES;

    private final byte[] identityKey;
    private int registrationId;
    private SignedPreKey signed;
    /** Each upload as one run of bytes: a device has hundreds of keys. */
    private final Deque<ByteBuffer> oneTime = new ArrayDeque<>();
    /** Which ids have ever been uploaded: the first to the last one of each run. */
    private final TreeMap<Integer, Integer> seen = new TreeMap<>();

    /** A signed pre-key as uploaded; its signature has been checked. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record SignedPreKey(int id, byte[] key, byte[] signature) {}

    public CompanionKeys(byte[] identityKey, int registrationId, SignedPreKey signed) {
        this.identityKey = identityKey;
        this.registrationId = registrationId;
        this.signed = signed;
    }

    public byte[] identityKey() {
        return identityKey;
    }

    public synchronized void upload(int newRegistrationId, SignedPreKey newSigned, List<PreKeyBundle.Some> keys) {
        registrationId = newRegistrationId;
        signed = newSigned;
        add(keys);
    }

    /** Takes another signed pre-key and leaves the rest as it is. */
    public synchronized void rotate(SignedPreKey newSigned) {
        signed = newSigned;
    }

    private void add(List<PreKeyBundle.Some> keys) {
        if (keys.isEmpty()) {
            return;
        }
        ByteBuffer run = ByteBuffer.allocate(keys.size() * ENTRY_BYTES);
        for (PreKeyBundle.Some key : keys) {
            run.putInt(key.id()).put(key.key());
            see(key.id());
        }
        oneTime.add(run.flip());
    }

    private void see(int id) {
        if (hasSeen(id)) {
            return;
        }
        Map.Entry<Integer, Integer> before = seen.floorEntry(id);
        int first = before != null && before.getValue() == id - 1 ? before.getKey() : id;
        Integer after = seen.remove(id + 1);
        seen.put(first, after == null ? id : after);
    }

    /** Whether a one-time key of this id has ever been uploaded: it may be with somebody already. */
    public synchronized boolean hasSeen(int id) {
        Map.Entry<Integer, Integer> run = seen.floorEntry(id);
        return run != null && id <= run.getValue();
    }

    /** Whether any one-time key has ever been uploaded. */
    public synchronized boolean wasSupplied() {
        return !seen.isEmpty();
    }

    /** How many one-time pre-keys are left. */
    public synchronized int left() {
        return oneTime.stream().mapToInt(ByteBuffer::remaining).sum() / ENTRY_BYTES;
    }

    /** What somebody needs to write to the device; uses one one-time pre-key up. */
    public synchronized PreKeyBundle bundle() {
        return new PreKeyBundle(registrationId, identityKey, signed.id(), signed.key(), signed.signature(), next());
    }

    private PreKeyBundle.OneTimeKey next() {
        ByteBuffer run = oneTime.peek();
        if (run == null) {
            return new PreKeyBundle.None();
        }
        PreKeyBundle.Some next = read(run);
        if (!run.hasRemaining()) {
            oneTime.remove();
        }
        return next;
    }

    private static PreKeyBundle.Some read(ByteBuffer run) {
        int id = run.getInt();
        byte[] key = new byte[KEY_BYTES];
        run.get(key);
        return new PreKeyBundle.Some(id, key);
    }

    public synchronized SignedPreKey signed() {
        return signed;
    }

    public synchronized int registrationId() {
        return registrationId;
    }

    /** The keys that nobody has taken yet. */
    public synchronized List<PreKeyBundle.Some> oneTime() {
        List<PreKeyBundle.Some> keys = new ArrayList<>();
        for (ByteBuffer run : oneTime) {
            ByteBuffer copy = run.duplicate();
            while (copy.hasRemaining()) {
                keys.add(read(copy));
            }
        }
        return keys;
    }

    /** The keys that nobody has taken yet, and the ids that were ever uploaded, to be stored. */
    synchronized byte[] snapshot() {
        ByteBuffer bytes = ByteBuffer.allocate((1 + 2 * seen.size()) * Integer.BYTES
                + oneTime.stream().mapToInt(ByteBuffer::remaining).sum());
        bytes.putInt(seen.size());
        seen.forEach((first, last) -> bytes.putInt(first).putInt(last));
        oneTime.forEach(run -> bytes.put(run.duplicate()));
        return bytes.array();
    }

    /** Takes in what {@link #snapshot} returned. */
    synchronized void restore(byte[] snapshot) {
        ByteBuffer bytes = ByteBuffer.wrap(snapshot);
        for (int runs = bytes.getInt(); runs > 0; runs--) {
            seen.put(bytes.getInt(), bytes.getInt());
        }
        if (bytes.hasRemaining()) {
            oneTime.add(bytes.slice());
        }
    }
}
