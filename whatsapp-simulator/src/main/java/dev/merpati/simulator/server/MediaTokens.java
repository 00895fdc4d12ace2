package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Permissions to upload, valid for a time. A token is the number, its end and a MAC over both, so that none has to be
 * remembered, and one outlives a restart. Thread-safe.
 */
final class MediaTokens {
    private static final int HEAD_BYTES = 16;
    private static final int MAC_BYTES = 16;

    private final byte[] key;
    private final Duration lifetime;
    private final Clock clock;

    MediaTokens(byte[] key, Duration lifetime, Clock clock) {
        this.key = key;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    Duration lifetime() {
        return lifetime;
    }

    /** A new token for the devices of a number. */
    String issue(String number) {
        byte[] head = ByteBuffer.allocate(HEAD_BYTES)
                .putLong(Long.parseLong(number))
                .putLong(clock.instant().plus(lifetime).toEpochMilli())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Bytes.concat(head, mac(head)));
    }

    /** The number that a valid token was issued for; empty for an expired one and for anything else. */
    Optional<String> numberIn(String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (bytes.length != HEAD_BYTES + MAC_BYTES) {
            return Optional.empty();
        }
        byte[] head = Arrays.copyOf(bytes, HEAD_BYTES);
        if (!MessageDigest.isEqual(mac(head), Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length))) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        String number = Long.toString(fields.getLong());
        return clock.instant().isBefore(Instant.ofEpochMilli(fields.getLong()))
                ? Optional.of(number)
                : Optional.empty();
    }

    private byte[] mac(byte[] head) {
        return Arrays.copyOf(Hash.hmac(key, head), MAC_BYTES);
    }
}
