package dev.merpati.gateway.security;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveRedisOperations;
import org.springframework.data.redis.core.ReactiveRedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializationContext;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.data.redis.ReactiveRedisSessionRepository;
import org.springframework.session.web.server.session.SpringSessionWebSessionStore;
import org.springframework.web.server.session.DefaultWebSessionManager;
import org.springframework.web.server.session.WebSessionManager;

/** Keeps browsers' sessions in Redis, so that any gateway serves them and a restart ends none. */
@Configuration(proxyBeanMethods = false)
class SessionConfiguration {
    private static final String NAMESPACE = "merpati:session";

    /** Its name is what WebFlux looks for. */
    @Bean
    WebSessionManager webSessionManager(ReactiveSessionRepository<? extends Session> sessions) {
        DefaultWebSessionManager manager = new DefaultWebSessionManager();
        manager.setSessionStore(new SpringSessionWebSessionStore<>(sessions));
        manager.setSessionIdResolver(new SessionCookie());
        return manager;
    }

    @Bean
    ReactiveSessionRepository<? extends Session> browserSessions(
            ReactiveRedisConnectionFactory connections, LoginSettings settings) {
        ReactiveRedisSessionRepository sessions = new ReactiveRedisSessionRepository(redis(connections));
        sessions.setRedisKeyNamespace(NAMESPACE);
        sessions.setDefaultMaxInactiveInterval(settings.sessionIdle());
        return new RacedSessions<>(sessions);
    }

    private static ReactiveRedisOperations<String, Object> redis(ReactiveRedisConnectionFactory connections) {
        RedisSerializer<String> text = RedisSerializer.string();
        SessionValues values = new SessionValues();
        return new ReactiveRedisTemplate<>(
                connections,
                RedisSerializationContext.<String, Object>newSerializationContext(values)
                        .key(text)
                        .value(values)
                        .hashKey(text)
                        .hashValue(values)
                        .build());
    }
}
