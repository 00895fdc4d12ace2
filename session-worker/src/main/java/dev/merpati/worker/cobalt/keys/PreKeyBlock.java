package dev.merpati.worker.cobalt.keys;

import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The records of one-time keys: up to 32 neighbours in each. A message that begins a Signal session needs one key, and
 * WhatsApp holds hundreds, so neither one record for all nor one for each would do.
 *
 * <p>Format: version (1 byte, 1), then for each key its id (4 bytes), the private and the public key (32 bytes each).
 */
final class PreKeyBlock {
    private static final byte VERSION = 1;
    private static final String KIND = "pre-keys:";
    private static final int SIZE = 32;
    private static final int KEY_BYTES = 32;
    private static final int ENTRY_BYTES = Integer.BYTES + 2 * KEY_BYTES;

    private PreKeyBlock() {}

    /** Returns the number of the block that a key belongs to. */
    static int of(int keyId) {
        return keyId / SIZE;
    }

    /** Returns the lowest id that belongs to a block. */
    static int firstIdOf(int block) {
        return block * SIZE;
    }

    static String recordName(int block) {
        return KIND + block;
    }

    /** Returns the number of the block of a record. */
    static int numberIn(String recordName) {
        return Integer.parseInt(recordName.substring(KIND.length()));
    }

    static byte[] encode(SortedMap<Integer, SignalPreKeyPair> keys) {
        ByteBuffer record = ByteBuffer.allocate(1 + keys.size() * ENTRY_BYTES).put(VERSION);
        keys.values()
                .forEach(key -> record.putInt(key.id()).put(key.privateKey()).put(key.publicKey()));
        return record.array();
    }

    /** @throws RuntimeException if that is no such record */
    static SortedMap<Integer, SignalPreKeyPair> decode(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record);
        if (!buffer.hasRemaining() || buffer.get() != VERSION) {
            throw new IllegalArgumentException("the record is not of version " + VERSION);
        }
        SortedMap<Integer, SignalPreKeyPair> keys = new TreeMap<>();
        while (buffer.hasRemaining()) {
            int id = buffer.getInt();
            byte[] privateKey = new byte[KEY_BYTES];
            byte[] publicKey = new byte[KEY_BYTES];
            buffer.get(privateKey).get(publicKey);
            keys.put(id, new SignalPreKeyPair(id, publicKey, privateKey));
        }
        return keys;
    }
}
