package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.whatsapp.SessionRecords;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tokens with which contacts let this account write to them, by the contact's hidden id or, where none is known, the
 * number; and the salt from which a token is derived for those who gave none. Calls block; thread-safe.
 */
public final class PrivacyTokens {
    private static final String TOKEN = "token:";
    private static final String ISSUED = "token-issued:";
    private static final String SALT = "nct-salt";

    private static final int IN_MEMORY = 2_000;

    private final SessionRecords records;
    /** Also what is not there: all of them are learned through this object. */
    private final BoundedCache<String, Optional<byte[]>> known = new BoundedCache<>(IN_MEMORY);

    public PrivacyTokens(SessionRecords records) {
        this.records = records;
    }

    /**
     * A token that a contact has given.
     *
     * @param issuedAt when the contact's client made it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Token(byte[] value, Instant issuedAt) {}

    /** Returns the token of a contact, however old. */
    public Optional<Token> of(String user) {
        return record(TOKEN + user).filter(bytes -> bytes.length > Long.BYTES).map(bytes -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            Instant issuedAt = Instant.ofEpochSecond(buffer.getLong());
            byte[] value = new byte[buffer.remaining()];
            buffer.get(value);
            return new Token(value, issuedAt);
        });
    }

    /** Stores what contacts have given; a token that is older than the known one is passed over. */
    public void putAll(Map<String, Token> tokens) {
        Map<String, byte @Nullable []> changes = new HashMap<>();
        tokens.forEach((user, token) -> {
            if (of(user).filter(known -> known.issuedAt().isAfter(token.issuedAt()))
                    .isEmpty()) {
                changes.put(
                        TOKEN + user,
                        ByteBuffer.allocate(Long.BYTES + token.value().length)
                                .putLong(token.issuedAt().getEpochSecond())
                                .put(token.value())
                                .array());
            }
        });
        if (!changes.isEmpty()) {
            save(changes);
        }
    }

    /** Returns when this account last gave its own token to a contact. */
    public Optional<Instant> issuedTo(String user) {
        return record(ISSUED + user)
                .filter(bytes -> bytes.length == Long.BYTES)
                .map(bytes -> Instant.ofEpochSecond(ByteBuffer.wrap(bytes).getLong()));
    }

    public void issued(String user, Instant at) {
        save(Map.of(
                ISSUED + user,
                ByteBuffer.allocate(Long.BYTES).putLong(at.getEpochSecond()).array()));
    }

    public Optional<byte[]> salt() {
        return record(SALT);
    }

    public void salt(byte[] salt) {
        save(Map.of(SALT, salt));
    }

    private Optional<byte[]> record(String name) {
        return known.get(
                name, _ -> Optional.ofNullable(records.load(List.of(name)).get(name)));
    }

    private void save(Map<String, byte @Nullable []> changes) {
        records.save(changes);
        changes.forEach((name, value) -> known.put(name, Optional.ofNullable(value)));
    }
}
