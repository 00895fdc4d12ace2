package dev.merpati.gateway.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A browser as far as the gateway can tell: it keeps cookies, takes the CSRF token out of the last page, and asks for HTML.
 * Follows no redirects.
 */
public final class Browser {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;
    private final Map<String, String> headers = new TreeMap<>();
    private final Map<String, String> cookies = new TreeMap<>();
    private String csrf = "";

    public Browser(int port) {
        this.port = port;
        headers.put("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    }

    /** An answer. */
    public record Page(int status, HttpResponse<String> response) {
        public String body() {
            return response.body();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String location() {
            return header("Location");
        }

        public Page is(int expected) {
            assertThat(status)
                    .as("%s %s%n%s", response.request(), response.headers(), body())
                    .isEqualTo(expected);
            return this;
        }

        public Page leadsTo(String place) {
            is(303);
            assertThat(location()).isEqualTo(place);
            return this;
        }

        public Page says(String text) {
            assertThat(body()).contains(text);
            return this;
        }
    }

    /** The same person's browser, as it talks to another gateway. */
    public Browser at(int otherPort) {
        Browser other = new Browser(otherPort);
        other.headers.putAll(headers);
        other.cookies.putAll(cookies);
        other.csrf = csrf;
        return other;
    }

    public Browser with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    public Map<String, String> cookies() {
        return cookies;
    }

    public Page get(String path) {
        return exchange(HttpRequest.newBuilder().GET(), path);
    }

    /** Sends a form with the CSRF token of the last page; names and values by turns. */
    public Page post(String path, String... fields) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("_csrf", csrf);
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        String body = form.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return postRaw(path, body);
    }

    public Page postRaw(String path, String body) {
        return exchange(
                HttpRequest.newBuilder()
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1))
                        .header("Content-Type", "application/x-www-form-urlencoded"),
                path);
    }

    /** A call of the API as a script of the console makes it. */
    public Page call(String method, String path, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .header("Content-Type", "application/json");
        if (!csrf.isEmpty()) {
            request.header("X-CSRF-TOKEN", csrf);
        }
        return exchange(request, path);
    }

    public void forgetCsrf() {
        csrf = "";
    }

    /** Fetches the page for its CSRF token, then sends the form to it. */
    public Page submit(String path, String... fields) {
        get(path).is(200);
        return post(path, fields);
    }

    private Page exchange(HttpRequest.Builder builder, String path) {
        HttpRequest.Builder request =
                builder.uri(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(30));
        headers.forEach(request::setHeader);
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            HttpResponse<String> response =
                    CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            response.headers().allValues("Set-Cookie").forEach(this::keep);
            Matcher token = CSRF.matcher(response.body());
            if (token.find()) {
                csrf = token.group(1);
            }
            return new Page(response.statusCode(), response);
        } catch (IOException e) {
            throw new AssertionError(path + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void keep(String header) {
        HttpCookie cookie = HttpCookie.parse(header.replaceAll("(?i);\\s*SameSite=\\w+", ""))
                .getFirst();
        if (cookie.getMaxAge() == 0) {
            cookies.remove(cookie.getName());
        } else {
            cookies.put(cookie.getName(), cookie.getValue());
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
