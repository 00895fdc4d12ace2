package dev.merpati.gateway.redis;

import java.io.IOException;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * The failure of a command that was under way when its connection to Redis broke. Spring passes the socket's exception
 * on as it is, which looks like a client of ours that hung up.
 */
public final class LostConnection {
    private LostConnection() {}

    public static DataAccessException of(IOException failure) {
        return new RedisConnectionFailureException("the connection broke: " + failure.getMessage(), failure);
    }
}
