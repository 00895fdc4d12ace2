package dev.merpati.clients.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Tells when Redis may have lost its last writes: a server may have crashed, or a replica that lags behind have taken its place. */
public final class ConnectionBreaks {
    private ConnectionBreaks() {}

    /**
     * Calls the listener whenever a connection breaks or the topology of a cluster changes, on a thread of the client: it must
     * not block.
     */
    public static void listen(LettuceConnectionFactory connections, Runnable listener) {
        AbstractRedisClient client = connections.getRequiredNativeClient();
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                // A connection that we closed ourselves says nothing; each refresh of a cluster's topology closes some.
                if (!connection.isClosed()) {
                    listener.run();
                }
            }
        });
        client.getResources()
                .eventBus()
                .get()
                .ofType(ClusterTopologyChangedEvent.class)
                .subscribe(changed -> listener.run());
    }
}
