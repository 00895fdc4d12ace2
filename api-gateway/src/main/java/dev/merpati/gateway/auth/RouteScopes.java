package dev.merpati.gateway.auth;

import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Says which scope a call needs. The first rule that matches decides; a path that no rule names needs {@link Scope#ACCOUNT}
 * to be changed and {@link Scope#READ} to be read, so that a route that was forgotten here is not open to every key.
 */
@Component
public final class RouteScopes {
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private static final List<Rule> RULES = List.of(
            new Rule("/api/sessions/{sessionId}/send", Scope.SEND, Scope.SEND),
            new Rule("/api/sessions/{sessionId}/send-media", Scope.SEND, Scope.SEND),
            new Rule("/api/sessions/{sessionId}/qr", Scope.SESSIONS, Scope.SESSIONS),
            new Rule("/api/sessions/{sessionId}/media/**", Scope.EVENTS, Scope.EVENTS),
            new Rule("/api/sessions/**", Scope.READ, Scope.SESSIONS),
            new Rule("/api/number-checker/**", Scope.CHECK, Scope.CHECK),
            new Rule("/api/events/**", Scope.EVENTS, Scope.EVENTS),
            new Rule("/api/webhooks/**", Scope.WEBHOOKS, Scope.WEBHOOKS),
            new Rule("/api/account/**", Scope.ACCOUNT, Scope.ACCOUNT),
            new Rule("/api/keys/**", Scope.ACCOUNT, Scope.ACCOUNT),
            new Rule("/**", Scope.READ, Scope.ACCOUNT));

    private record Rule(PathPattern path, Scope toRead, Scope toChange) {
        Rule(String path, Scope toRead, Scope toChange) {
            this(PathPatternParser.defaultInstance.parse(path), toRead, toChange);
        }
    }

    /** Returns the scope that a call needs. */
    public Scope required(HttpMethod method, PathContainer path) {
        Rule rule = RULES.stream()
                .filter(each -> each.path().matches(path))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the last rule matches every path"));
        return READS.contains(method) ? rule.toRead() : rule.toChange();
    }

    /** Whether the scopes allow the call: to change sessions includes to read them. */
    boolean allow(Set<Scope> scopes, HttpMethod method, PathContainer path) {
        Scope required = required(method, path);
        return scopes.contains(required)
                || (required == Scope.READ
                        && scopes.contains(Scope.SESSIONS)
                        && path.value().startsWith("/api/sessions"));
    }
}
