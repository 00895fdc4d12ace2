package dev.merpati.gateway.page;

import dev.merpati.gateway.auth.ConsoleIdentity;
import java.util.Locale;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.reactive.result.view.CsrfRequestDataValueProcessor;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Puts into the model of every page what the layout shows. */
@ControllerAdvice(annotations = PageController.class)
class PageModel {
    private final ConsoleIdentity console;
    private final Assets assets;

    PageModel(ConsoleIdentity console, Assets assets) {
        this.console = console;
        this.assets = assets;
    }

    /** The CSRF token, which forms with {@code th:action} also carry by themselves; absent where there is no protection. */
    @ModelAttribute("csrf")
    Mono<CsrfToken> csrf(ServerWebExchange exchange) {
        Mono<CsrfToken> token = exchange.getAttribute(CsrfToken.class.getName());
        return token == null
                ? Mono.empty()
                : token.doOnSuccess(value ->
                        exchange.getAttributes().put(CsrfRequestDataValueProcessor.DEFAULT_CSRF_ATTR_NAME, value));
    }

    @ModelAttribute("signedIn")
    Mono<Boolean> signedIn() {
        return console.tenantId().hasElement();
    }

    @ModelAttribute("lang")
    String language(Locale locale) {
        return locale.getLanguage();
    }

    @ModelAttribute("theme")
    String theme(ServerWebExchange exchange) {
        return Preferences.themeOf(exchange);
    }

    @ModelAttribute("path")
    String path(ServerWebExchange exchange) {
        return exchange.getRequest().getPath().value();
    }

    /** Whether the page answers a form, which a reload would send again. */
    @ModelAttribute("posted")
    boolean posted(ServerWebExchange exchange) {
        return HttpMethod.POST.equals(exchange.getRequest().getMethod());
    }

    @ModelAttribute("assets")
    Assets assets() {
        return assets;
    }
}
