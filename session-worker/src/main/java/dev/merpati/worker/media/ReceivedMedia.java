package dev.merpati.worker.media;

import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.whatsapp.ReceivedReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/** The files of received messages, which tenants can ask for as long as the message's event is kept. Thread-safe. */
public interface ReceivedMedia {

    /**
     * Returns the id by which a message's file is asked for: the same for the same message, 22 letters, digits, {@code -} and
     * {@code _}.
     *
     * @param eventKey the key of the message's event, which is the same whenever the message comes
     */
    static String idOf(UUID sessionId, String eventKey) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((sessionId + "/").getBytes(StandardCharsets.UTF_8));
            byte[] hash = digest.digest(eventKey.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /**
     * Remembers where a file is; to be called before the message's event is published, since the event names the file. Blocks.
     * Throws what Redis throws when it cannot be reached, and {@link dev.merpati.worker.fencing.FencedException} when the
     * shard has a newer owner; a later try with the same id may succeed, and two do no harm.
     *
     * @return false when there is no such session any more
     */
    boolean remember(ShardLease lease, UUID sessionId, String mediaId, ReceivedReference file);

    /**
     * Tells that the event of a remembered file is published. Returns at once and never fails; if the settings say so the
     * file is fetched in the background, when there is room for it.
     */
    void published(ShardLease lease, UUID sessionId, String mediaId);
}
