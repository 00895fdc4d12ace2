package dev.merpati.worker.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.merpati.model.Json;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.FencedScript;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.settings.CredentialsSettings;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.core.JacksonException;

/**
 * Received files in Redis: what a gateway needs to hand one out is readable, where WhatsApp keeps it and under which key is
 * encrypted as credentials are. What a sender made too long to be true is cut or left out. Thread-safe.
 */
public final class RedisReceivedMediaStore implements ReceivedMediaStore {
    private static final FencedScript REMEMBER = FencedScript.named("remember-file");
    private static final String REMEMBERED = "REMEMBERED";
    private static final String KEY_SUFFIX = ":key";
    /** More than one, so that a session that receives less than before catches up; few, since the script holds up Redis. */
    private static final int FORGOTTEN_PER_CALL = 50;

    private static final int LONGEST_ADDRESS = 4_096;
    private static final int LONGEST_HASH = 64;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_MIME_TYPE = 255;
    private static final int LONGEST_FILE_NAME = 255;

    private final StringRedisTemplate redis;
    private final FencedRedis fenced;
    private final RedisKeys keys;
    private final CredentialsCipher cipher;
    private final InstantSource clock;
    private final Duration retention;

    /** @param retention how long events are kept */
    public RedisReceivedMediaStore(
            StringRedisTemplate redis,
            FencedRedis fenced,
            RedisKeys keys,
            CredentialsSettings credentials,
            InstantSource clock,
            Duration retention) {
        this.redis = redis;
        this.fenced = fenced;
        this.keys = keys;
        this.cipher = new CredentialsCipher(credentials);
        this.clock = clock;
        this.retention = retention;
    }

    @Override
    public boolean remember(ShardLease lease, UUID sessionId, String mediaId, ReceivedReference reference) {
        IncomingContent.Media media = reference.media();
        Instant now = clock.instant();
        ReceivedFile file = new ReceivedFile(
                cut(media.mimeType(), LONGEST_MIME_TYPE),
                cut(media.fileName(), LONGEST_FILE_NAME),
                media.length(),
                HexFormat.of().formatHex(bounded(media.sha256())),
                now.toEpochMilli());
        List<String> result = fenced.run(
                REMEMBER,
                lease,
                List.of(keys.session(sessionId), keys.receivedFiles(sessionId), keys.receivedFilesByTime(sessionId)),
                mediaId,
                file.stored(),
                seal(sessionId, mediaId, reference),
                now.toEpochMilli(),
                retention.plus(ReceivedFile.GRACE).toMillis(),
                FORGOTTEN_PER_CALL);
        return result.getFirst().equals(REMEMBERED);
    }

    @Override
    public @Nullable ReceivedReference find(UUID sessionId, String mediaId) {
        List<@Nullable String> found = redis.<String, @Nullable String>opsForHash()
                .multiGet(keys.receivedFiles(sessionId), List.of(mediaId, mediaId + KEY_SUFFIX));
        String readable = found.get(0);
        String sealed = found.get(1);
        if (readable == null || sealed == null) {
            return null;
        }
        ReceivedFile file = ReceivedFile.ofStored(readable);
        if (clock.instant().isAfter(file.keptUntil(retention))) {
            return null;
        }
        Sealed reference = open(sessionId, mediaId, sealed);
        return new ReceivedReference(
                reference.messageId(),
                reference.origin(),
                new IncomingContent.Media(
                        reference.type(),
                        file.mimeType(),
                        reference.directPath(),
                        reference.url(),
                        reference.key(),
                        reference.sha256(),
                        reference.encryptedSha256(),
                        file.size(),
                        null,
                        file.fileName(),
                        0,
                        false));
    }

    @Override
    public Set<String> idsOf(UUID sessionId) {
        Set<String> ids = redis.opsForZSet().range(keys.receivedFilesByTime(sessionId), 0, -1);
        return ids == null ? Set.of() : ids;
    }

    private String seal(UUID sessionId, String mediaId, ReceivedReference file) {
        IncomingContent.Media media = file.media();
        byte[] json = Json.MAPPER.writeValueAsBytes(new Sealed(
                media.type(),
                address(media.directPath()),
                address(media.url()),
                bounded(media.key()),
                bounded(media.sha256()),
                bounded(media.encryptedSha256()),
                orNothing(file.messageId()),
                orNothing(file.origin())));
        return Base64.getEncoder().encodeToString(cipher.encrypt(sessionId, name(mediaId), json));
    }

    private Sealed open(UUID sessionId, String mediaId, String sealed) {
        try {
            byte[] json =
                    cipher.decrypt(sessionId, name(mediaId), Base64.getDecoder().decode(sealed));
            return Json.MAPPER.readValue(json, Sealed.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new UnreadableCredentialsException("the place of a received file is stored in an unknown form", null);
        }
    }

    private static String name(String mediaId) {
        return "file:" + mediaId;
    }

    private static @Nullable String address(@Nullable String address) {
        return address == null || address.isEmpty() || address.length() > LONGEST_ADDRESS ? null : address;
    }

    /** A hash or a key is 32 bytes; what is longer than any can be is none. */
    private static byte[] bounded(byte[] hash) {
        return hash.length > LONGEST_HASH ? new byte[0] : hash;
    }

    /** What is longer than any id or address is none, and a phone cannot be asked for it. */
    private static String orNothing(String name) {
        return name.length() > LONGEST_NAME ? "" : name;
    }

    private static @Nullable String cut(@Nullable String text, int longest) {
        if (text == null || text.codePointCount(0, text.length()) <= longest) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, longest));
    }

    /**
     * What is encrypted.
     *
     * @param messageId empty in what older workers have written, as the origin is
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sealed(
            IncomingContent.MediaType type,
            @JsonSetter(nulls = Nulls.SET) @Nullable String directPath,
            @JsonSetter(nulls = Nulls.SET) @Nullable String url,
            byte[] key,
            byte[] sha256,
            byte[] encryptedSha256,
            @JsonSetter(nulls = Nulls.AS_EMPTY) String messageId,
            @JsonSetter(nulls = Nulls.AS_EMPTY) String origin) {}
}
