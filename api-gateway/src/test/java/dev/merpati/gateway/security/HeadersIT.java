package dev.merpati.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.RawHttp;
import dev.merpati.gateway.harness.SharedGateway;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

class HeadersIT {
    private final GatewayHarness gateway = SharedGateway.get();

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/", "/nowhere", "/sessions", "/api/sessions", "/api/nowhere", "/favicon.ico"})
    void areOnEveryKindOfAnswer(String path) {
        Browser.Page page = new Browser(gateway.port()).get(path);

        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
        assertThat(page.header("Permissions-Policy")).contains("camera=()");
        assertThat(page.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(page.header("Cache-Control")).contains("no-store");
        assertThat(page.header("Strict-Transport-Security")).isEmpty();
        assertThat(page.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void areOnWhatIsNoHttpToo() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            String head =
                    client.send("GET / HTTP/1.1\r\n\r\n").answer().isError(400).head();

            assertThat(head.toLowerCase(Locale.ROOT))
                    .contains("content-security-policy: default-src 'self'", "nosniff");
        }
    }

    @Test
    void cookiesAreOfThisHostAndSecureBehindHttps() {
        try (ConfigurableApplicationContext behindProxy =
                gateway.startAnother("--merpati.gateway.trusted-proxies=127.0.0.0/8")) {
            int port = behindProxy.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            Browser.Page page =
                    new Browser(port).with("X-Forwarded-Proto", "https").get("/login");
            Browser.Page plain = new Browser(port).get("/login");

            assertThat(page.header("Set-Cookie"))
                    .startsWith("__Host-merpati-csrf=")
                    .containsIgnoringCase("; Secure")
                    .containsIgnoringCase("; HttpOnly")
                    .contains("; Path=/", "; SameSite=Lax")
                    .doesNotContain("Domain");
            assertThat(page.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
            assertThat(plain.header("Set-Cookie")).startsWith("merpati-csrf=").doesNotContainIgnoringCase("secure");
        }
    }

    @Test
    void aClientCannotForgeItsSchemeWithoutATrustedProxy() {
        Browser.Page page =
                new Browser(gateway.port()).with("X-Forwarded-Proto", "https").get("/login");

        assertThat(page.header("Set-Cookie")).startsWith("merpati-csrf=");
        assertThat(page.header("Strict-Transport-Security")).isEmpty();
    }

    @Test
    void onlyConfiguredOriginsMayReadTheApi() throws IOException {
        try (ConfigurableApplicationContext open =
                gateway.startAnother("--merpati.gateway.cors.allowed-origins=https://app.example.com")) {
            int port = open.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            String key = gateway.acme.key().key();
            Browser.Page allowed = new Browser(port)
                    .with("Origin", "https://app.example.com")
                    .with("X-API-Key", key)
                    .get("/api/sessions")
                    .is(200);
            Browser.Page preflight = new Browser(port)
                    .with("Origin", "https://app.example.com")
                    .with("Access-Control-Request-Method", "POST")
                    .with("Access-Control-Request-Headers", "x-api-key")
                    .call("OPTIONS", "/api/sessions", "")
                    .is(200);

            assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
            assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
            for (Browser.Page page : List.of(allowed, preflight)) {
                assertThat(page.header("Access-Control-Allow-Credentials")).isEmpty();
            }
            for (String origin : List.of("https://evil.example.com", "null", "http://app.example.com")) {
                Browser.Page other = new Browser(port)
                        .with("Origin", origin)
                        .with("X-API-Key", key)
                        .get("/api/sessions");
                assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
            }
            assertThat(new Browser(port)
                            .with("Origin", "https://app.example.com")
                            .get("/login")
                            .header("Access-Control-Allow-Origin"))
                    .isEmpty();
            answersWhatFollowsAPreflight(port, key, 200);
        }
    }

    /** Often, since one in some hundred connections was no longer read from after an answer that waited for nothing. */
    @Tag("heavy")
    @Test
    void answersWhatFollowsThousandsOfPreflights() throws IOException {
        try (ConfigurableApplicationContext open =
                gateway.startAnother("--merpati.gateway.cors.allowed-origins=https://app.example.com")) {
            int port = open.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            answersWhatFollowsAPreflight(port, gateway.acme.key().key(), 2_000);
        }
    }

    private static void answersWhatFollowsAPreflight(int port, String key, int times) throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            for (int i = 0; i < times; i++) {
                client.send("""
                        OPTIONS /api/sessions HTTP/1.1\r
                        Host: localhost\r
                        Origin: https://app.example.com\r
                        Access-Control-Request-Method: GET\r
                        Access-Control-Request-Headers: x-api-key\r
                        \r
                        """);
                assertThat(client.answer().status()).isEqualTo(200);
                client.send("""
                        GET /api/nowhere HTTP/1.1\r
                        Host: localhost\r
                        X-API-Key: %s\r
                        \r
                        """.formatted(key));
                assertThat(client.answer().status()).isEqualTo(404);
            }
        }
    }
}
