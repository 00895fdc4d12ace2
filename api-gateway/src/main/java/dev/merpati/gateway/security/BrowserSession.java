package dev.merpati.gateway.security;

import dev.merpati.gateway.web.ClientAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;

/**
 * What a browser's session holds: whose login it is, since when and from where, and under which version of the account's
 * credentials. Never anything else, so that nothing in it can be out of date.
 */
@Component
public class BrowserSession {
    private static final String TENANT = "tenant";
    static final String VERSION = "version";
    static final String SINCE = "since";
    static final String ADDRESS = "address";
    static final String BROWSER = "browser";
    private static final String HALF_TENANT = "half-tenant";
    private static final String HALF_VERSION = "half-version";
    private static final String HALF_SINCE = "half-since";

    /** How long a browser that has given the password may take for the second factor. */
    private static final Duration HALF_LIFE = Duration.ofMinutes(5);

    private final Clock clock;
    private final LoginSettings settings;
    private final Logins logins;

    BrowserSession(Clock clock, LoginSettings settings, Logins logins) {
        this.clock = clock;
        this.settings = settings;
        this.logins = logins;
    }

    /**
     * A login as the session has it; whether it is still good is not said.
     *
     * @param version the account's credential version at the login
     */
    public record Login(String tenantId, String version) {}

    /**
     * Logs the browser in, under a new session id and with a new CSRF token. The login is listed first: one that could not be
     * is none.
     */
    public Mono<Void> logIn(ServerWebExchange exchange, Login login) {
        CsrfTokens.forget(exchange);
        return exchange.getSession().flatMap(session -> {
            session.getAttributes().keySet().forEach(session.getAttributes()::remove);
            session.start();
            Instant now = clock.instant();
            return session.changeSessionId()
                    .then(Mono.defer(() -> logins.add(login.tenantId(), session.getId(), now)))
                    .then(Mono.fromRunnable(() -> {
                        session.getAttributes().put(TENANT, login.tenantId());
                        session.getAttributes().put(VERSION, login.version());
                        session.getAttributes().put(SINCE, now.toEpochMilli());
                        session.getAttributes().put(ADDRESS, ClientAddress.of(exchange));
                        session.getAttributes()
                                .put(BROWSER, BrowserName.of(exchange).text());
                    }));
        });
    }

    /** Notes that the browser has given the password and owes the second factor. */
    public Mono<Void> awaitSecondFactor(ServerWebExchange exchange, Login login) {
        return exchange.getSession().flatMap(session -> {
            session.getAttributes().keySet().forEach(session.getAttributes()::remove);
            session.getAttributes().put(HALF_TENANT, login.tenantId());
            session.getAttributes().put(HALF_VERSION, login.version());
            session.getAttributes().put(HALF_SINCE, clock.millis());
            session.start();
            return session.changeSessionId();
        });
    }

    /** Returns whose second factor is awaited; empty when none is, or not any more. */
    public Mono<Login> awaitedSecondFactor(ServerWebExchange exchange) {
        return exchange.getSession()
                .mapNotNull(session -> loginOf(session, HALF_TENANT, HALF_VERSION, HALF_SINCE, HALF_LIFE));
    }

    /**
     * Lets the current login go on under a new version of the credentials: this browser has changed them itself. All others are
     * over by that; their sessions are removed.
     */
    public Mono<Void> renew(ServerWebExchange exchange, String version) {
        return exchange.getSession().flatMap(session -> {
            String tenantId = session.getAttributeOrDefault(TENANT, "");
            String before = session.getId();
            Instant since = Instant.ofEpochMilli(session.getAttributeOrDefault(SINCE, 0L));
            return session.changeSessionId()
                    .then(Mono.defer(() -> logins.move(tenantId, before, session.getId(), since)))
                    .then(Mono.<Void>fromRunnable(() -> session.getAttributes().put(VERSION, version)))
                    .then(Mono.defer(() -> logins.endOthers(tenantId, session.getId())));
        });
    }

    /** Ends the session. */
    public Mono<Void> logOut(ServerWebExchange exchange) {
        return exchange.getSession().flatMap(session -> {
            String tenantId = session.getAttribute(TENANT);
            String id = session.getId();
            return session.invalidate().then(tenantId == null ? Mono.empty() : logins.remove(tenantId, id));
        });
    }

    /** Returns the logins of an account that are good now; that of the asking browser is marked. */
    public Mono<List<Logins.Entry>> logins(ServerWebExchange exchange, String tenantId) {
        return exchange.getSession().flatMap(session -> logins.list(tenantId, session.getId()));
    }

    /** Returns the login; empty when there is none, or its time is over. */
    Mono<Login> login(ServerWebExchange exchange) {
        return exchange.getSession()
                .mapNotNull(session -> loginOf(session, TENANT, VERSION, SINCE, settings.sessionLife()));
    }

    private @Nullable Login loginOf(WebSession session, String tenant, String version, String since, Duration life) {
        String tenantId = session.getAttribute(tenant);
        String atVersion = session.getAttribute(version);
        Long at = session.getAttribute(since);
        return tenantId == null
                        || atVersion == null
                        || at == null
                        || clock.instant().isAfter(Instant.ofEpochMilli(at).plus(life))
                ? null
                : new Login(tenantId, atVersion);
    }
}
