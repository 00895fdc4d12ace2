package dev.merpati.gateway.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells browsers apart in the words that people have for them, by what they say of themselves. Good for a list that helps
 * people to recognise their own; anybody can say anything.
 *
 * @param browser a name out of a fixed list; empty when it is none of them
 * @param system the same for the operating system
 */
public record BrowserName(String browser, String system) {
    /** In this order: most say that they are Chrome and Safari, too. */
    private static final SequencedMap<String, String> BROWSERS = new LinkedHashMap<>();

    private static final SequencedMap<String, String> SYSTEMS = new LinkedHashMap<>();

    static {
        BROWSERS.put("Edg", "Edge");
        BROWSERS.put("OPR/", "Opera");
        BROWSERS.put("SamsungBrowser/", "Samsung Internet");
        BROWSERS.put("UCBrowser/", "UC Browser");
        BROWSERS.put("FxiOS/", "Firefox");
        BROWSERS.put("Firefox/", "Firefox");
        BROWSERS.put("CriOS/", "Chrome");
        BROWSERS.put("Chrome/", "Chrome");
        BROWSERS.put("Safari/", "Safari");
        SYSTEMS.put("iPhone", "iPhone");
        SYSTEMS.put("iPad", "iPad");
        SYSTEMS.put("Android", "Android");
        SYSTEMS.put("Windows", "Windows");
        SYSTEMS.put("CrOS", "ChromeOS");
        SYSTEMS.put("Mac OS X", "macOS");
        SYSTEMS.put("Linux", "Linux");
    }

    /** Returns the browser that makes the request. */
    public static BrowserName of(ServerWebExchange exchange) {
        return of(exchange.getRequest().getHeaders().getFirst(HttpHeaders.USER_AGENT));
    }

    static BrowserName of(@Nullable String userAgent) {
        String text = userAgent == null ? "" : userAgent;
        return new BrowserName(first(BROWSERS, text), first(SYSTEMS, text));
    }

    private static String first(Map<String, String> names, String text) {
        return names.entrySet().stream()
                .filter(name -> text.contains(name.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** Returns what {@link #parse} reads. */
    String text() {
        return browser + "/" + system;
    }

    static BrowserName parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new BrowserName(text, "")
                : new BrowserName(text.substring(0, slash), text.substring(slash + 1));
    }
}
