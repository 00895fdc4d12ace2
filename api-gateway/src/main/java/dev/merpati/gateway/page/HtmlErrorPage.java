package dev.merpati.gateway.page;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.ErrorPage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.WebSession;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The error page of the console and the documentation. */
@Component
class HtmlErrorPage implements ErrorPage {
    private static final List<PathPattern> FOR_PROGRAMS = List.of(
            PathPatternParser.defaultInstance.parse("/api/**"),
            PathPatternParser.defaultInstance.parse("/operator/**"));

    /** Asked for late: the resolvers need what needs this. */
    private final ObjectProvider<ViewResolver> resolvers;

    private final Preferences preferences;
    private final Assets assets;

    HtmlErrorPage(ObjectProvider<ViewResolver> resolvers, Preferences preferences, Assets assets) {
        this.resolvers = resolvers;
        this.preferences = preferences;
        this.assets = assets;
    }

    @Override
    public boolean isWanted(ServerWebExchange exchange) {
        return FOR_PROGRAMS.stream()
                        .noneMatch(path ->
                                path.matches(exchange.getRequest().getPath().pathWithinApplication()))
                && exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.ACCEPT).stream()
                        .anyMatch(accept -> accept.contains(MediaType.TEXT_HTML_VALUE));
    }

    @Override
    public Mono<Void> write(ServerWebExchange exchange, ApiError error) {
        Locale locale = Objects.requireNonNullElse(
                preferences.resolveLocaleContext(exchange).getLocale(), Preferences.LANGUAGES.getFirst());
        Map<String, Object> model = Map.of(
                "status", error.status().value(),
                "code", error.code(),
                "message", error.message(),
                "lang", locale.getLanguage(),
                "theme", Preferences.themeOf(exchange),
                "path", exchange.getRequest().getPath().value(),
                "assets", assets,
                "signedIn", false);
        return Flux.fromIterable(resolvers.orderedStream().toList())
                .concatMap(resolver -> resolver.resolveViewName("error", locale))
                .next()
                .flatMap(view -> view.render(model, MediaType.TEXT_HTML, new WithoutSession(exchange)));
    }

    /** Thymeleaf asks for the session with every page; it may be what has failed. */
    private static final class WithoutSession extends ServerWebExchangeDecorator {
        WithoutSession(ServerWebExchange exchange) {
            super(exchange);
        }

        @Override
        public Mono<WebSession> getSession() {
            return Mono.empty();
        }
    }
}
