package dev.merpati.model.shard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/**
 * Maps sessions and command ids to shards; a shard is a partition of the command topic.
 *
 * <p>The mapping depends only on the id and the number of shards, so every gateway and worker of every release computes
 * the same one. Thread-safe.
 *
 * @param shards how many shards there are, 1 to 16384; fixed for the life of an installation, because
 *     another number would separate sessions from their data
 */
public record ShardMap(int shards) {
    /** The prefix of our message ids, and of those of WhatsApp's own web client. */
    public static final String MESSAGE_ID_PREFIX = "3EB0";

    private static final int MESSAGE_ID_RANDOM_BYTES = 9;
    private static final int MAX_SHARDS = 16_384;
    private static final SecureRandom RANDOM = new SecureRandom();

    public ShardMap {
        if (shards < 1 || shards > MAX_SHARDS) {
            throw new IllegalArgumentException("shards is " + shards + ", allowed is 1 to " + MAX_SHARDS);
        }
    }

    public int shardOf(UUID sessionId) {
        return shardOfText(sessionId.toString());
    }

    /** Returns the shard of the session that a command with this id was issued for; see {@link #newCommandId}. */
    public int shardOfCommand(String commandId) {
        return shardOfText(commandId);
    }

    /**
     * Returns a new command id, which is a valid WhatsApp message id: {@code 3EB0} and 18 upper-case hex digits.
     *
     * <p>Draws ids until one falls into the session's shard, so that the id alone locates the command's record. This takes
     * {@link #shards} draws on average, some tens of microseconds for 128 shards.
     */
    public String newCommandId(UUID sessionId) {
        byte[] random = new byte[MESSAGE_ID_RANDOM_BYTES];
        return firstOfShard(shardOf(sessionId), attempt -> {
            RANDOM.nextBytes(random);
            return random;
        });
    }

    /**
     * Returns the command id derived from a seed: always the same for one seed, another for each other seed. Its form and
     * cost are those of {@link #newCommandId}.
     */
    public String commandIdOf(UUID sessionId, String seed) {
        MessageDigest digest = sha256();
        byte[] root = digest.digest(seed.getBytes(StandardCharsets.UTF_8));
        ByteBuffer input = ByteBuffer.allocate(root.length + Integer.BYTES).put(root);
        return firstOfShard(
                shardOf(sessionId),
                attempt -> Arrays.copyOf(
                        digest.digest(input.putInt(root.length, attempt).array()), MESSAGE_ID_RANDOM_BYTES));
    }

    private String firstOfShard(int shard, IntFunction<byte[]> draw) {
        for (int attempt = 0; ; attempt++) {
            String id = MESSAGE_ID_PREFIX + HexFormat.of().withUpperCase().formatHex(draw.apply(attempt));
            if (shardOfCommand(id) == shard) {
                return id;
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private int shardOfText(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return (int) (crc.getValue() % shards);
    }
}
