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
 * <p>The mapping depends on nothing but the id and the number of shards, so that every gateway and worker of every
 * release computes the same one. Thread-safe.
 *
 * @param shards how many shards there are, 1 to 16384; fixed for the life of an installation, since another number
 *     would move sessions away from their data
 */
public record ShardMap(int shards) {
    /** How every message id of ours begins, and the message ids of WhatsApp's own web client. */
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

    /** The shard of the session that a command with this id was issued for; see {@link #newCommandId}. */
    public int shardOfCommand(String commandId) {
        return shardOfText(commandId);
    }

    /**
     * A new command id, fit to be a WhatsApp message id: {@code 3EB0} and 18 upper-case hex digits.
     *
     * <p>Ids are drawn until one falls into the session's shard, so that the id alone finds the command's record. That
     * takes {@link #shards} draws on average, some tens of microseconds for 128 shards.
     */
    public String newCommandId(UUID sessionId) {
        byte[] random = new byte[MESSAGE_ID_RANDOM_BYTES];
        return firstOfShard(shardOf(sessionId), attempt -> {
            RANDOM.nextBytes(random);
            return random;
        });
    }

    /**
     * The command id that belongs to a seed: the same for everybody who asks, and another one for every other seed. It
     * has the form of {@link #newCommandId}, and costs some tens of microseconds as well.
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
