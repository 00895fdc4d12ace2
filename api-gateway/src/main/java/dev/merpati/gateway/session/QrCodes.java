package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds the QR code of a session. A code that is handed out can be scanned: its connection is alive and it has not
 * expired, nor will it in the next moment.
 */
@Component
public class QrCodes {
    private static final LuaScript<List<Object>> READ = LuaScript.returningList("read-qr-code");
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private final SessionAccess sessions;
    private final SessionStore store;
    private final ReactiveStringRedisTemplate redis;
    private final RedisKeys keys;
    private final GatewaySettings.Qr settings;

    QrCodes(
            SessionAccess sessions,
            SessionStore store,
            ReactiveStringRedisTemplate redis,
            RedisKeys keys,
            GatewaySettings.Qr settings) {
        this.sessions = sessions;
        this.store = store;
        this.redis = redis;
        this.keys = keys;
        this.settings = settings;
    }

    /** The text of the code, waiting for one as long as the settings say; an error when there is none. */
    Mono<String> current(TenantContext tenant, String sessionId) {
        return Mono.defer(() -> look(tenant, sessionId))
                .repeatWhenEmpty(Integer.MAX_VALUE, looks -> looks.delayElements(POLL_INTERVAL))
                .timeout(settings.qrWait(), Mono.error(() -> notReady().exception()));
    }

    /** Returns the text of the session's code as it is now; empty when there is none that could be scanned. */
    public Mono<String> now(SessionRecord session) {
        return session.status() == SessionStatus.QR ? scannable(session) : Mono.empty();
    }

    private Mono<String> look(TenantContext tenant, String sessionId) {
        return sessions.find(tenant, sessionId).flatMap(session -> switch (session.status()) {
            case CONNECTED -> Mono.error(FailureErrors.alreadyConnected().exception());
            case DISCONNECTED -> Mono.error(disconnected().exception());
            case CONNECTING ->
                session.disconnection() == Disconnection.PASSKEY_REQUIRED
                        ? Mono.error(FailureErrors.notConnected(session.disconnection())
                                .exception())
                        : Mono.empty();
            case QR -> scannable(session);
        });
    }

    /** Without an owner the connection that the code belongs to is gone. */
    private Mono<String> scannable(SessionRecord session) {
        return store.isOwned(session.id()).flatMap(owned -> owned ? read(session.id()) : Mono.empty());
    }

    private Mono<String> read(UUID sessionId) {
        return READ.run(redis, List.of(keys.qrCode(sessionId)))
                .filter(code -> !code.isEmpty()
                        && (Long) code.get(1) >= settings.qrMinimumLife().toMillis())
                .map(code -> (String) code.get(0));
    }

    private static ApiError disconnected() {
        return new ApiError(
                HttpStatus.CONFLICT,
                "Session Disconnected",
                "session_disconnected",
                "This session has no QR code any more: reconnect it to get a new one");
    }

    private static ApiError notReady() {
        return ApiError.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "qr_code_not_ready",
                        "WhatsApp has not given a QR code yet: try again")
                .retryAfter(Duration.ofSeconds(2));
    }
}
