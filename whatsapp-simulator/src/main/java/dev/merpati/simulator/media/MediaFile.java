package dev.merpati.simulator.media;

import dev.merpati.simulator.crypto.AesCbc;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.Mac;

/**
 * An encrypted upload: AES-256-CBC, then the first 10 bytes of {@code HMAC-SHA-256(iv || ciphertext)}. Reads in small
 * pieces, so that a file's size costs no memory.
 */
public final class MediaFile {
    private static final int MAC_BYTES = 10;
    private static final int CHUNK = 64 * 1024;

    private final Path blob;
    private final MediaReference reference;
    private final Keys keys;

    public MediaFile(Path blob, MediaReference reference) {
        this.blob = blob;
        this.reference = reference;
        this.keys = Keys.derive(reference.key(), reference.kind());
    }

    /**
     * Checks all that official clients check: the hash of the upload, the MAC, the padding, the length and the hash of
     * the file.
     *
     * @throws InvalidMediaException naming the first check that fails
     */
    public void verify() throws IOException {
        verifyUpload();
        MessageDigest digest = Hash.sha256();
        long length = 0;
        try (InputStream in = decrypted()) {
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
                length += read;
            }
        }
        require(length == reference.length(), "The file has " + length + " bytes, not " + reference.length());
        require(MessageDigest.isEqual(digest.digest(), reference.sha256()), "The file has another SHA-256");
    }

    /** The file's own bytes; {@link #verify} first. */
    public InputStream decrypted() throws IOException {
        Cipher cipher = AesCbc.cipher(Cipher.DECRYPT_MODE, keys.cipherKey(), keys.iv());
        return new CipherInputStream(ciphertext(), cipher);
    }

    private void verifyUpload() throws IOException {
        MessageDigest digest = Hash.sha256();
        Mac mac = Hash.hmac(keys.macKey());
        mac.update(keys.iv());
        byte[] sent;
        try (InputStream in = Files.newInputStream(blob)) {
            long left = ciphertextLength();
            byte[] chunk = new byte[CHUNK];
            while (left > 0) {
                int read = in.read(chunk, 0, (int) Math.min(CHUNK, left));
                require(read > 0, "The upload was cut");
                digest.update(chunk, 0, read);
                mac.update(chunk, 0, read);
                left -= read;
            }
            sent = in.readNBytes(MAC_BYTES);
        }
        digest.update(sent);
        require(
                MessageDigest.isEqual(digest.digest(), reference.encryptedSha256()),
                "The upload has another SHA-256 than the message says");
        require(
                MessageDigest.isEqual(sent, Arrays.copyOf(mac.doFinal(), MAC_BYTES)),
                "The MAC is not that of iv and ciphertext");
    }

    private long ciphertextLength() throws IOException {
        long length = Files.size(blob) - MAC_BYTES;
        require(length > 0 && length % 16 == 0, "An upload of " + Files.size(blob) + " bytes is no AES-CBC and MAC");
        return length;
    }

    private InputStream ciphertext() throws IOException {
        return new FilterInputStream(Files.newInputStream(blob)) {
            private long left = ciphertextLength();

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int read = left == 0 ? -1 : super.read(target, offset, (int) Math.min(length, left));
                left -= Math.max(read, 0);
                return read;
            }
        };
    }

    /**
     * Encrypts a file as an app does before its upload, and keeps it under its hash.
     *
     * @param type of the upload, such as {@code image}
     */
    public static MediaReference store(MediaStorage storage, MediaKind kind, String type, byte[] file)
            throws IOException {
        byte[] key = Bytes.random(32);
        Keys keys = Keys.derive(key, kind);
        byte[] ciphertext = AesCbc.encrypt(keys.cipherKey(), keys.iv(), file);
        byte[] mac = Arrays.copyOf(Hash.hmac(keys.macKey(), keys.iv(), ciphertext), MAC_BYTES);
        byte[] upload = Bytes.concat(ciphertext, mac);
        byte[] hash = Hash.sha256(upload);
        Path part = storage.newPart();
        Files.write(part, upload);
        storage.keep(part, hash);
        return new MediaReference(kind, new MediaPath(type, hash).direct(), key, Hash.sha256(file), hash, file.length);
    }

    /** The keys of one file, derived from the 32 bytes in its message. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Keys(byte[] iv, byte[] cipherKey, byte[] macKey) {
        private static final int DERIVED_BYTES = 112;

        static Keys derive(byte[] mediaKey, MediaKind kind) {
            byte[] info = kind.keyInfo().getBytes(StandardCharsets.US_ASCII);
            byte[] output = Hash.hkdf(mediaKey, new byte[32], info, DERIVED_BYTES);
            return new Keys(
                    Arrays.copyOf(output, 16), Arrays.copyOfRange(output, 16, 48), Arrays.copyOfRange(output, 48, 80));
        }
    }

    private static void require(boolean condition, String otherwise) throws InvalidMediaException {
        if (!condition) {
            throw new InvalidMediaException(otherwise);
        }
    }
}
