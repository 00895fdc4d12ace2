package dev.merpati.worker.store;

import dev.merpati.model.redis.RedisKeys;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.FencedScript;
import dev.merpati.worker.fencing.RedisErrors;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.settings.CredentialsSettings;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Credentials in Redis, encrypted, each in a field of one hash under its name; each save uses the active key, which is how
 * keys are rotated. Thread-safe.
 *
 * <p>What is encrypted of the credentials themselves: where the Signal sessions are (1 byte), length of the keys (4 bytes),
 * keys, store. Releases before the records had 1 in the first byte when the sessions among the keys can be gone on with, and
 * take every other byte for "they cannot": such a release can still log in with what this one stores, and this one sees
 * that it did.
 */
public final class RedisCredentialsStore implements CredentialsStore {
    private static final Logger log = LoggerFactory.getLogger(RedisCredentialsStore.class);

    private static final String IDENTITY = "envelope";
    private static final String SIGNAL_SESSIONS = "signal:";
    private static final byte LOST = 0;
    private static final byte IN_KEYS = 1;
    private static final byte IN_RECORDS = 2;
    private static final String MISSING = "MISSING";
    private static final int HEAD_BYTES = 1 + Integer.BYTES;
    private static final FencedScript SAVE = FencedScript.named("save-records");
    private static final FencedScript DROP = FencedScript.named("drop-credentials");

    private final StringRedisTemplate redis;
    private final FencedRedis fenced;
    private final RedisKeys keys;
    private final CredentialsCipher cipher;

    public RedisCredentialsStore(
            StringRedisTemplate redis, FencedRedis fenced, RedisKeys keys, CredentialsSettings settings) {
        this.redis = redis;
        this.fenced = fenced;
        this.keys = keys;
        this.cipher = new CredentialsCipher(settings);
    }

    @Override
    public boolean exist(UUID sessionId) {
        try {
            return redis.opsForHash().hasKey(keys.credentials(sessionId), IDENTITY);
        } catch (DataAccessException e) {
            if (RedisErrors.isWrongType(e)) {
                return true; // Something is there, which load() cannot read.
            }
            throw e;
        }
    }

    @Override
    public @Nullable Credentials load(UUID sessionId) {
        String envelope;
        try {
            envelope = redis.<String, String>opsForHash().get(keys.credentials(sessionId), IDENTITY);
        } catch (DataAccessException e) {
            throw RedisErrors.isWrongType(e)
                    ? new UnreadableCredentialsException("their key in Redis is not a hash", e)
                    : e;
        }
        if (envelope == null) {
            return null;
        }
        return decode(decrypt(sessionId, "", envelope));
    }

    private byte[] decrypt(UUID sessionId, String name, String envelope) {
        try {
            return cipher.decrypt(sessionId, name, Base64.getDecoder().decode(envelope));
        } catch (IllegalArgumentException e) {
            throw new UnreadableCredentialsException("the envelope is not Base64", e);
        }
    }

    private String encrypt(UUID sessionId, String name, byte[] plaintext) {
        return Base64.getEncoder().encodeToString(cipher.encrypt(sessionId, name, plaintext));
    }

    @Override
    public boolean save(
            ShardLease lease,
            UUID sessionId,
            Credentials credentials,
            Map<String, byte @Nullable []> changes,
            boolean voids) {
        return store(
                lease,
                sessionId,
                changes,
                voids ? SIGNAL_SESSIONS : "",
                List.of(IDENTITY, encrypt(sessionId, "", encode(credentials))));
    }

    @Override
    public Map<String, byte[]> loadRecords(UUID sessionId, Collection<String> names) {
        List<String> fields = List.copyOf(names);
        List<@Nullable String> envelopes =
                redis.<String, @Nullable String>opsForHash().multiGet(keys.credentials(sessionId), fields);
        Map<String, byte[]> records = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            String envelope = envelopes.get(i);
            if (envelope != null) {
                try {
                    records.put(fields.get(i), decrypt(sessionId, fields.get(i), envelope));
                } catch (UnreadableCredentialsException e) {
                    log.warn(
                            "A record \"{}\" of session {} cannot be read and is taken for lost: {}",
                            kind(fields.get(i)),
                            sessionId,
                            e.getMessage());
                }
            }
        }
        return records;
    }

    /** What can be logged of a name: the rest is a phone number or a hidden id. */
    private static String kind(String name) {
        return name.substring(0, Math.max(0, (name + ":").indexOf(':')));
    }

    @Override
    public boolean saveRecords(ShardLease lease, UUID sessionId, Map<String, byte @Nullable []> changes) {
        return store(lease, sessionId, changes, "", List.of());
    }

    private boolean store(
            ShardLease lease,
            UUID sessionId,
            Map<String, byte @Nullable []> changes,
            String voidedKind,
            List<String> identity) {
        List<String> removed = new ArrayList<>();
        List<String> stored = new ArrayList<>(identity);
        changes.forEach((name, value) -> {
            if (name.equals(IDENTITY)) {
                throw new IllegalArgumentException("the name belongs to the credentials: " + name);
            }
            if (value == null) {
                removed.add(name);
            } else {
                stored.add(name);
                stored.add(encrypt(sessionId, name, value));
            }
        });
        List<Object> args = new ArrayList<>(List.of(voidedKind, removed.size()));
        args.addAll(removed);
        args.addAll(stored);
        List<String> result =
                fenced.run(SAVE, lease, List.of(keys.session(sessionId), keys.credentials(sessionId)), args.toArray());
        return !result.getFirst().equals(MISSING);
    }

    @Override
    public void drop(ShardLease lease, UUID sessionId) {
        fenced.run(DROP, lease, List.of(keys.credentials(sessionId)));
    }

    static byte[] encode(Credentials credentials) {
        byte format = switch (credentials.sessions()) {
            case IN_RECORDS -> IN_RECORDS;
            case IN_KEYS -> IN_KEYS;
            case LOST -> LOST;
        };
        return ByteBuffer.allocate(HEAD_BYTES + credentials.keys().length + credentials.store().length)
                .put(format)
                .putInt(credentials.keys().length)
                .put(credentials.keys())
                .put(credentials.store())
                .array();
    }

    static Credentials decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.remaining() < HEAD_BYTES) {
            throw new UnreadableCredentialsException("the decrypted credentials are cut off", null);
        }
        byte format = buffer.get();
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw new UnreadableCredentialsException(
                    "the keys are said to have " + length + " bytes; there are " + buffer.remaining(), null);
        }
        byte[] keys = new byte[length];
        buffer.get(keys);
        byte[] store = new byte[buffer.remaining()];
        buffer.get(store);
        return new Credentials(
                keys,
                store,
                switch (format) {
                    case IN_RECORDS -> Credentials.Sessions.IN_RECORDS;
                    case IN_KEYS -> Credentials.Sessions.IN_KEYS;
                    case LOST -> Credentials.Sessions.LOST;
                    default ->
                        throw new UnreadableCredentialsException(
                                "the credentials are of the unknown format " + format, null);
                });
    }
}
