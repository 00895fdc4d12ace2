package dev.merpati.model.media;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.merpati.model.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A file that a session received, as its message describes it: what is needed to hand it out once it is in the media store.
 * Where WhatsApp keeps it, and under which key, only workers know.
 *
 * @param mimeType as the sender says; null when that is not said
 * @param fileName as the sender says; null when that is not said
 * @param size in bytes, as the sender says
 * @param sha256 of the file, 64 lower-case hex digits; empty when that is not said
 * @param rememberedAt when a worker learned of it, in ms since 1970
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReceivedFile(
        @JsonSetter(nulls = Nulls.SET) @Nullable String mimeType,
        @JsonSetter(nulls = Nulls.SET) @Nullable String fileName,
        long size,
        String sha256,
        long rememberedAt) {
    /**
     * How much longer than its event a file is kept: an event is kept from the time at which it reached its tenant's stream,
     * which is later than the file was remembered.
     */
    public static final Duration GRACE = Duration.ofDays(1);

    private static final String STORE_PREFIX = "received-";

    /** Returns the file's name in the media store; no two sessions share one. */
    public static String nameInStore(UUID sessionId, String mediaId) {
        return STORE_PREFIX + sessionId.toString().replace("-", "") + "-" + mediaId;
    }

    /** Tells the names of received files from those of files on their way to WhatsApp. */
    public static boolean isNameInStore(String name) {
        return name.startsWith(STORE_PREFIX);
    }

    /** Returns until when the file can be had, given how long events are kept. */
    public Instant keptUntil(Duration retention) {
        return Instant.ofEpochMilli(rememberedAt).plus(retention).plus(GRACE);
    }

    /** Returns the JSON that is kept in Redis. */
    public String stored() {
        return Json.MAPPER.writeValueAsString(this);
    }

    /** @throws IllegalArgumentException when the text is no such JSON; quotes nothing of it */
    public static ReceivedFile ofStored(String json) {
        ReceivedFile file;
        try {
            file = Json.MAPPER.readValue(json, ReceivedFile.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no received file: " + Json.describe(e));
        }
        if (file == null) {
            throw new IllegalArgumentException("no received file: the JSON literal null");
        }
        return file;
    }
}
