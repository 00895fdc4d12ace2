package dev.merpati.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

class PagesIT {
    private static final Pattern STYLESHEET = Pattern.compile("href=\"(/assets/[0-9a-f]{12}/app\\.css)\"");

    private final GatewayHarness gateway = SharedGateway.get();

    @Test
    void startsWithAPageForWhoeverIsNotLoggedIn() {
        EntityExchangeResult<byte[]> page = get("/", "text/html");

        assertThat(page.getStatus().value()).isEqualTo(200);
        assertThat(page.getResponseHeaders().getContentType())
                .matches(type -> type.isCompatibleWith(MediaType.TEXT_HTML));
        assertThat(text(page)).contains("href=\"/signup\"", "href=\"/login\"").doesNotContain("??");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en-GB,en;q=0.8|lang=\"en\"",
                "id-ID,id;q=0.9,en;q=0.5|lang=\"id\"",
                "de,fr;q=0.5|lang=\"en\"",
                "not a header|lang=\"en\"",
                "'*;q=abc'|lang=\"en\""
            })
    void speaksTheBrowsersLanguage(String wanted, String expected) {
        EntityExchangeResult<byte[]> page = gateway.anonymous()
                .get()
                .uri("/")
                .header("Accept", "text/html")
                .header("Accept-Language", wanted)
                .exchange()
                .expectBody()
                .returnResult();

        assertThat(text(page)).contains(expected);
    }

    @Test
    void keepsTheLanguageAndTheThemeThatWereChosen() {
        EntityExchangeResult<byte[]> page = get("/?lang=id&theme=dark", "text/html");

        assertThat(text(page)).contains("lang=\"id\"", "data-theme=\"dark\"");
        assertThat(page.getResponseHeaders().getValuesAsList("Set-Cookie").toString())
                .contains("lang=id", "theme=dark", "SameSite=Lax");

        EntityExchangeResult<byte[]> next = gateway.anonymous()
                .get()
                .uri("/")
                .header("Accept", "text/html")
                .cookie("lang", "id")
                .cookie("theme", "dark")
                .exchange()
                .expectBody()
                .returnResult();
        assertThat(text(next)).contains("lang=\"id\"", "data-theme=\"dark\"");
    }

    @Test
    void ignoresALanguageAndAThemeThatItDoesNotHave() {
        EntityExchangeResult<byte[]> page = get("/?lang=%22%3E%3Cscript%3E&theme=blink", "text/html");

        assertThat(text(page)).contains("lang=\"en\"", "data-theme=\"auto\"").doesNotContain("<script>");
        assertThat(page.getResponseHeaders().getValuesAsList("Set-Cookie").toString())
                .doesNotContain("lang=", "theme=");
    }

    @Test
    void letsBrowsersKeepAssetsForGood() {
        Matcher link = STYLESHEET.matcher(text(get("/", "text/html")));
        assertThat(link.find()).isTrue();

        EntityExchangeResult<byte[]> style = get(link.group(1), "*/*");
        assertThat(style.getStatus().value()).isEqualTo(200);
        assertThat(style.getResponseHeaders().getCacheControl()).contains("immutable");

        EntityExchangeResult<byte[]> ofAnotherRelease = get("/assets/000000000000/app.css", "*/*");
        assertThat(ofAnotherRelease.getStatus().value()).isEqualTo(200);
        assertThat(ofAnotherRelease.getResponseHeaders().getCacheControl()).isEqualTo("no-cache");
        assertThat(get("/assets/000000000000/gateway.yaml", "*/*").getStatus().value())
                .isEqualTo(404);
    }

    @Test
    void showsAPersonAPageAndAProgramJsonWhenAPathDoesNotExist() {
        // Whoever is not logged in learns nothing of which pages there are.
        EntityExchangeResult<byte[]> page = get("/nothing", "text/html,application/xhtml+xml");
        assertThat(page.getStatus().value()).isEqualTo(303);
        assertThat(page.getResponseHeaders().getFirst("Location")).isEqualTo("/login?next=%2Fnothing");

        EntityExchangeResult<byte[]> public404 = get("/docs/nothing", "text/html");
        assertThat(public404.getStatus().value()).isEqualTo(404);
        assertThat(text(public404)).contains("There is no such page").doesNotContain("??");

        EntityExchangeResult<byte[]> json = get("/nothing", "*/*");
        assertThat(json.getStatus().value()).isEqualTo(404);
        assertThat(text(json)).startsWith("{\"success\":false");

        assertThat(text(get("/api/nothing", "text/html"))).startsWith("{\"success\":false");
    }

    private EntityExchangeResult<byte[]> get(String path, String accept) {
        return gateway.anonymous()
                .get()
                .uri(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .header("Accept", accept)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        return new String(Objects.requireNonNull(answer.getResponseBody()), StandardCharsets.UTF_8);
    }
}
