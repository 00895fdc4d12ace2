package dev.merpati.worker.cobalt.media;

import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.SendFailedException;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.media.MediaKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Fetches files from WhatsApp's media server and decrypts them. Blocks. */
public final class MediaDownloader {
    private static final int MAC_BYTES = 10;

    private final MediaUploader connections;
    private final MediaHttpClient http;

    public MediaDownloader(MediaUploader connections, MediaHttpClient http) {
        this.connections = connections;
        this.http = http;
    }

    /**
     * Where a file is and how it is encrypted.
     *
     * @param path on the media hosts
     * @param sha256 of the file; empty when nobody has said it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Reference(String path, byte[] key, byte[] sha256, byte[] encryptedSha256) {}

    /** @throws IOException when it cannot be had, or is another file than the reference says */
    public byte[] download(Reference file, AttachmentType type, Deadline deadline) throws IOException {
        try {
            byte[] sealed = http.download(connections.host(deadline), file.path(), deadline);
            return open(sealed, file, type);
        } catch (SendFailedException e) {
            throw new IOException("no media host");
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the file cannot be decrypted: " + e.getClass().getSimpleName());
        }
    }

    static byte[] open(byte[] sealed, Reference file, AttachmentType type)
            throws IOException, GeneralSecurityException {
        check(file.encryptedSha256(), sealed);
        if (sealed.length < MAC_BYTES) {
            throw new IOException("the file is too short");
        }
        MediaKeys keys = MediaKeys.of(file.key(), type.keyName().orElseThrow());
        byte[] ciphertext = Arrays.copyOf(sealed, sealed.length - MAC_BYTES);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(keys.macKey(), "HmacSHA256"));
        mac.update(keys.iv());
        byte[] expected = Arrays.copyOf(mac.doFinal(ciphertext), MAC_BYTES);
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(sealed, ciphertext.length, sealed.length))) {
            throw new IOException("the file's MAC is wrong");
        }
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(keys.cipherKey(), "AES"), new IvParameterSpec(keys.iv()));
        byte[] content = cipher.doFinal(ciphertext);
        check(file.sha256(), content);
        return content;
    }

    private static void check(byte[] expected, byte[] content) throws IOException, GeneralSecurityException {
        if (expected.length != 0
                && !MessageDigest.isEqual(
                        expected, MessageDigest.getInstance("SHA-256").digest(content))) {
            throw new IOException("the file is another one");
        }
    }
}
