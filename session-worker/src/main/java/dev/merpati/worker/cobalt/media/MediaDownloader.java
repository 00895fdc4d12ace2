package dev.merpati.worker.cobalt.media;

import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.SendFailedException;
import dev.merpati.worker.whatsapp.MediaReader;
import it.auties.whatsapp.model.media.AttachmentType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches files from WhatsApp's media server and decrypts them. A file needs no permission, only its address: it can be
 * fetched without a connection to the chat server, which merely names hosts. Blocks. Thread-safe.
 */
public final class MediaDownloader {
    private static final Logger log = LoggerFactory.getLogger(MediaDownloader.class);
    /** Of a part of a history; those that WhatsApp sends are a few megabytes. */
    private static final long MAX_IN_MEMORY = 32 * 1024 * 1024;

    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final @Nullable MediaUploader connection;
    private final MediaHttpClient http;

    /** Downloads for a connection, which asks the chat server for hosts if need be. */
    public MediaDownloader(MediaUploader connection, MediaHttpClient http) {
        this.connection = connection;
        this.http = http;
    }

    /** Downloads from the hosts that are known. */
    public MediaDownloader(MediaHttpClient http) {
        this.connection = null;
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
        AtomicReference<byte[]> content = new AtomicReference<>(new byte[0]);
        download(file, type, MAX_IN_MEMORY, SILENCE, deadline, stream -> content.set(stream.readAllBytes()));
        return content.get();
    }

    /**
     * Fetches a file from the first host that has it, and hands it to a reader; when it breaks off there, or is another file,
     * the reader gets it anew, from the next host.
     *
     * @param maxBytes how long the file may be
     * @param silence how long a host may send nothing
     * @throws MediaStatusException when no host has it any more
     * @throws CorruptMediaException when it is another file than the reference says
     * @throws TooLargeMediaException when it is too long
     * @throws IOException when no host gave it
     */
    public void download(
            Reference file, AttachmentType type, long maxBytes, Duration silence, Deadline deadline, MediaReader reader)
            throws IOException {
        if (file.key().length != MediaCipher.KEY_BYTES) {
            throw new CorruptMediaException(
                    "the file's key has " + file.key().length + " bytes, expected " + MediaCipher.KEY_BYTES);
        }
        MediaCipher cipher = MediaCipher.of(file.key(), type);
        learnHosts(deadline);
        IOException failure = new IOException("no time was left");
        for (String host : http.hosts().forDownload()) {
            if (deadline.left().isZero()) {
                break;
            }
            URI address = address(host, file, type);
            try (InputStream sealed = http.open(address, EncryptedMedia.encryptedLength(maxBytes), silence, deadline);
                    DecryptingStream content =
                            new DecryptingStream(sealed, cipher, file.sha256(), file.encryptedSha256())) {
                reader.read(content);
                return;
            } catch (TooLargeMediaException e) {
                throw e;
            } catch (MediaStatusException e) {
                if (e.isGone()) {
                    throw e;
                }
                failure = e;
            } catch (IOException e) {
                failure = e;
            }
            log.debug("A media host did not give a file: {}", failure.getMessage());
        }
        throw failure;
    }

    private void learnHosts(Deadline deadline) {
        if (connection != null) {
            try {
                connection.learnHosts(deadline);
            } catch (SendFailedException e) {
                log.debug("The chat server names no media hosts; the known ones are tried");
            }
        }
    }

    /** The parameters are those that WhatsApp Web adds (whatsmeow, {@code download.go}). */
    private static URI address(String host, Reference file, AttachmentType type) throws CorruptMediaException {
        String path = file.path();
        String kind = type.path().orElse("");
        StringBuilder address = new StringBuilder("https://").append(host).append(path);
        if (file.encryptedSha256().length > 0) {
            address.append(path.contains("?") ? '&' : '?')
                    .append("hash=")
                    .append(Base64.getUrlEncoder().encodeToString(file.encryptedSha256()))
                    .append("&mms-type=")
                    .append(kind.substring(kind.lastIndexOf('/') + 1))
                    .append("&__wa-mms=");
        }
        try {
            if (path.startsWith("/")) {
                return new URI(address.toString());
            }
        } catch (URISyntaxException e) {
            // As below: the address is the sender's, and not to be quoted.
        }
        throw new CorruptMediaException("the file's path is none");
    }
}
