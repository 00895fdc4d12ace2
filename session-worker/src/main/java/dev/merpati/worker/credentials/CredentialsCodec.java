package dev.merpati.worker.credentials;

import dev.merpati.worker.whatsapp.Credentials;
import java.nio.ByteBuffer;

/** Credentials as the bytes that are encrypted: settled (1 byte), length of the keys (4 bytes), keys, store. */
final class CredentialsCodec {
    private static final int HEAD_BYTES = 1 + Integer.BYTES;

    private CredentialsCodec() {}

    static byte[] encode(Credentials credentials) {
        return ByteBuffer.allocate(HEAD_BYTES + credentials.keys().length + credentials.store().length)
                .put((byte) (credentials.settled() ? 1 : 0))
                .putInt(credentials.keys().length)
                .put(credentials.keys())
                .put(credentials.store())
                .array();
    }

    static Credentials decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        boolean settled = buffer.get() == 1;
        byte[] keys = new byte[buffer.getInt()];
        buffer.get(keys);
        byte[] store = new byte[buffer.remaining()];
        buffer.get(store);
        return new Credentials(keys, store, settled);
    }
}
