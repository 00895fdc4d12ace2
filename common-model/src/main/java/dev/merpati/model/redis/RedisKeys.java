package dev.merpati.model.redis;

import dev.merpati.model.shard.ShardMap;
import java.util.UUID;

/**
 * Names the keys that gateway and worker share.
 *
 * <p>The part in braces is the hash tag: all keys of a shard are in one slot, and all keys of a tenant are in one slot,
 * so every script is single-slot and runs on Redis Cluster unchanged.
 */
public record RedisKeys(ShardMap shardMap) {

    /** String: the epoch of the shard's owner, which fences every write of a worker. */
    public String epoch(int shard) {
        return shardTag(shard) + "epoch";
    }

    /** String with a time to live: the id of the shard's owner, as long as it is alive. */
    public String owner(int shard) {
        return shardTag(shard) + "owner";
    }

    /** Set: the ids of the shard's sessions, which a worker connects when it takes the shard. */
    public String sessionsOfShard(int shard) {
        return shardTag(shard) + "sessions";
    }

    /** Hash: see {@code SessionRecord}. */
    public String session(UUID sessionId) {
        return shardTag(shardMap.shardOf(sessionId)) + "session:" + sessionId;
    }

    /** String: the text of the QR code. Lives as long as the code can be scanned. */
    public String qrCode(UUID sessionId) {
        return session(sessionId) + ":qr";
    }

    /** Hash: the encrypted credentials of a paired session. Only workers read it. */
    public String credentials(UUID sessionId) {
        return session(sessionId) + ":credentials";
    }

    /** Sorted set: the ids of the session's commands by creation time, in ms since 1970. */
    public String commandsOfSession(UUID sessionId) {
        return session(sessionId) + ":commands";
    }

    /**
     * Hash with a time to live: the files that the session received. The field {@code <media id>} holds a {@link
     * dev.merpati.model.media.ReceivedFile}, {@code <media id>:key} what only workers can read.
     */
    public String receivedFiles(UUID sessionId) {
        return session(sessionId) + ":files";
    }

    /** Sorted set with a time to live: the ids of the received files by the time they were remembered, in ms since 1970. */
    public String receivedFilesByTime(UUID sessionId) {
        return session(sessionId) + ":files:by-time";
    }

    /** Hash with a time to live: see {@code CommandRecord}. */
    public String command(String commandId) {
        return shardTag(shardMap.shardOfCommand(commandId)) + "command:" + commandId;
    }

    /** Sorted set: the ids of the tenant's sessions by creation time, in ms since 1970. */
    public static String sessionsOfTenant(String tenantId) {
        return tenantTag(tenantId) + "sessions";
    }

    /** The prefix of everything else that belongs to a tenant: limits, quotas, idempotency keys. */
    public static String tenantTag(String tenantId) {
        return "{t:" + tenantId + "}:";
    }

    /** Pub/sub channel of {@link dev.merpati.model.outcome.OutcomeNotice}s: what this gateway waits for has ended. */
    public static String replyChannel(String gatewayId) {
        return "replies:" + gatewayId;
    }

    /** Hash: see {@link dev.merpati.model.whatsapp.ClientVersionRecord}. */
    public static String clientVersion() {
        return "whatsapp:client-version";
    }

    /** String with a time to live: a worker has looked the client version up lately. */
    public static String clientVersionLookup() {
        return "whatsapp:client-version:lookup";
    }

    /** Hash: the sessions whose stanzas are logged, and until when, in ms since 1970. */
    public static String stanzaLogs() {
        return "whatsapp:stanza-logs";
    }

    private static String shardTag(int shard) {
        return "{s" + shard + "}:";
    }
}
