package dev.merpati.gateway.account;

import dev.merpati.gateway.security.BrowserName;
import dev.merpati.gateway.web.ClientAddress;
import java.util.Locale;
import org.springframework.web.server.ServerWebExchange;

/**
 * Whoever makes a request, as far as it can be told.
 *
 * @param address for the audit log
 * @param network what limits count by
 * @param locale of the page that the visitor sees
 * @param browser as it says of itself
 */
record Visitor(String address, String network, Locale locale, BrowserName browser) {

    static Visitor of(ServerWebExchange exchange) {
        Locale locale = exchange.getLocaleContext().getLocale();
        return new Visitor(
                ClientAddress.of(exchange),
                ClientAddress.networkOf(exchange),
                locale == null ? Locale.ENGLISH : locale,
                BrowserName.of(exchange));
    }
}
