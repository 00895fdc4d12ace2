package dev.merpati.worker.cobalt.media;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;

/**
 * Decrypts a file while it is read. What was read is the sender's file only once the end was reached: there the MAC and the
 * checksums are compared, and reading fails with a {@link CorruptMediaException} when one is wrong. Holds a chunk, whatever
 * the file's size. Not thread-safe.
 */
final class DecryptingStream extends InputStream {
    private static final int CHUNK = 64 * 1024;

    private final InputStream sealed;
    private final byte[] sha256;
    private final byte[] sealedSha256;
    private final Cipher cipher;
    private final Mac mac;
    private final MessageDigest digest = MediaCipher.sha256();
    private final MessageDigest sealedDigest = MediaCipher.sha256();
    /** Its end may be the MAC, and is kept back until more has come. */
    private final byte[] incoming = new byte[CHUNK + MediaCipher.MAC_BYTES];

    private int kept;
    private byte[] content = new byte[CHUNK + MediaCipher.BLOCK];
    private int position;
    private int limit;
    private boolean ended;

    /**
     * @param sealed is closed with this stream
     * @param sha256 of the file; empty when nobody has said it
     * @param sealedSha256 of what is read; empty when nobody has said it
     */
    DecryptingStream(InputStream sealed, MediaCipher cipher, byte[] sha256, byte[] sealedSha256) {
        this.sealed = sealed;
        this.sha256 = sha256;
        this.sealedSha256 = sealedSha256;
        this.cipher = cipher.decryption();
        this.mac = cipher.mac();
    }

    @Override
    public int read() throws IOException {
        return fill() ? Byte.toUnsignedInt(content[position++]) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int taken = Math.min(length, limit - position);
        System.arraycopy(content, position, target, offset, taken);
        position += taken;
        return taken;
    }

    /** Makes sure that there is content; returns false at the end. */
    private boolean fill() throws IOException {
        while (position == limit && !ended) {
            int read = sealed.read(incoming, kept, incoming.length - kept);
            try {
                if (read < 0) {
                    ended = true;
                    finish();
                } else {
                    decrypt(read);
                }
            } catch (GeneralSecurityException e) {
                throw new CorruptMediaException("the file cannot be decrypted");
            }
        }
        return position < limit;
    }

    private void decrypt(int read) throws GeneralSecurityException {
        sealedDigest.update(incoming, kept, read);
        kept += read;
        int certain = kept - MediaCipher.MAC_BYTES;
        if (certain <= 0) {
            return;
        }
        mac.update(incoming, 0, certain);
        position = 0;
        limit = cipher.update(incoming, 0, certain, content);
        digest.update(content, 0, limit);
        System.arraycopy(incoming, certain, incoming, 0, MediaCipher.MAC_BYTES);
        kept = MediaCipher.MAC_BYTES;
    }

    private void finish() throws GeneralSecurityException, CorruptMediaException {
        position = 0;
        limit = 0;
        if (kept < MediaCipher.MAC_BYTES) {
            throw new CorruptMediaException("the file is too short");
        }
        byte[] tag = Arrays.copyOf(incoming, MediaCipher.MAC_BYTES);
        if (!MessageDigest.isEqual(MediaCipher.tag(mac), tag)) {
            throw new CorruptMediaException("the file's MAC is wrong");
        }
        check(sealedSha256, sealedDigest);
        byte[] last = cipher.doFinal();
        digest.update(last);
        check(sha256, digest);
        content = last;
        limit = last.length;
    }

    private static void check(byte[] expected, MessageDigest digest) throws CorruptMediaException {
        if (expected.length != 0 && !MessageDigest.isEqual(expected, digest.digest())) {
            throw new CorruptMediaException("the file is another one");
        }
    }

    @Override
    public void close() throws IOException {
        sealed.close();
    }
}
