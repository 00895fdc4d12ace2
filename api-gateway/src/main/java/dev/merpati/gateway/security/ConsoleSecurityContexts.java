package dev.merpati.gateway.security;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.server.context.ServerSecurityContextRepository;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Finds at each request who is logged in, and whether that login is still good: a new password, a suspension and a deletion
 * end it on all gateways with the next request.
 */
@Component
class ConsoleSecurityContexts implements ServerSecurityContextRepository {
    private final BrowserSession sessions;
    private final KnownAccounts accounts;

    ConsoleSecurityContexts(BrowserSession sessions, KnownAccounts accounts) {
        this.sessions = sessions;
        this.accounts = accounts;
    }

    /** Logins are saved by {@link BrowserSession}. */
    @Override
    public Mono<Void> save(ServerWebExchange exchange, @Nullable SecurityContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<SecurityContext> load(ServerWebExchange exchange) {
        if (SessionCookie.COOKIE.read(exchange).isEmpty()) {
            return Mono.empty();
        }
        return sessions.login(exchange)
                .flatMap(login -> accounts.find(login.tenantId())
                        .filter(standing -> standing.credentialVersion().equals(login.version()))
                        .map(standing -> new SignedIn(login.tenantId(), standing.email())))
                .map(signedIn -> new SecurityContextImpl(
                        UsernamePasswordAuthenticationToken.authenticated(signedIn, null, List.of())));
    }
}
